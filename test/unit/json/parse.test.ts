import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isComplete, parseJson } from '../../../src/json/parse.js';

const repaired = (text: string) => {
  const parsed = parseJson(text);
  return parsed?.repaired === true ? parsed.value : 'not repaired';
};

describe('unescaped text of the sender', () => {
  it.each([
    ['a tab', '{"name":"Lab\tmac","id":"2"}', { name: 'Lab\tmac', id: '2' }],
    ['a line break', '{"name":"Lab\r\nmac"}', { name: 'Lab\r\nmac' }],
    ['U+0000', '{"name":"Lab\u0000"}', { name: 'Lab\u0000' }],
    ['quotes', '{"name":"Lab "one" mac","id":"2"}', { name: 'Lab "one" mac', id: '2' }],
    ['quotes at both ends', '{"name":""one"" ,\n "id":"2"}', { name: '"one"', id: '2' }],
    ['a quote before a comma', '{"name":"13", black","id":"2"}', { name: '13", black', id: '2' }],
    ['a quote in a list', '{"names":["13" black","b"]}', { names: ['13" black', 'b'] }],
    ['a backslash', '{"name":"C:\\Users\\Qa"}', { name: 'C:\\Users\\Qa' }],
    ['half an escape', '{"name":"\\u12"}', { name: '\\u12' }],
  ])('is read with %s', (_, text, value) => expect(repaired(text)).toEqual(value));

  it.each(['{"name":"a"}b"}', '{"a":}', '<html>"\t"</html>', '', '{"a":"\tb"'])(
    'is rejected in %j instead of guessed',
    (text) => expect(parseJson(text)).toBeNull(),
  );
});

it('reads valid JSON unchanged, also a lone surrogate, quotes and backslashes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(parseJson(text)).toEqual({ value: JSON.parse(text) as unknown, repaired: false });
    }),
  );
  expect(parseJson('{"name":"\\ud83d"}')).toEqual({ value: { name: '\ud83d' }, repaired: false });
});

it('repairs any control characters in any text, and changes nothing else', () => {
  const character = fc.constantFrom('a', '"', ',', ':', '}', '\t', '\n', '\u0000', '\u001f', 'é');
  fc.assert(
    fc.property(fc.array(fc.string({ unit: character })), (value) => {
      const text = JSON.stringify(value).replace(
        /\\(?:u00([01][0-9a-f])|([tn]))/g,
        (_, code?: string, letter?: string) =>
          code === undefined
            ? letter === 't'
              ? '\t'
              : '\n'
            : String.fromCharCode(Number.parseInt(code, 16)),
      );
      expect(parseJson(text)?.value).toEqual(value);
    }),
  );
});

it('distinguishes a complete text from a truncated one', () => {
  expect(isComplete(' {"a":[1]} ')).toBe(true);
  expect(isComplete('{"a":[1')).toBe(false);
});

it('takes linear time for many quotes', () => {
  expect(parseJson(`{"name":"${'" '.repeat(200_000)}"}`)?.repaired).toBe(true);
});
