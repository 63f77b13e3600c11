import fc from 'fast-check';
import { Parser } from 'xml2js';
import { describe, expect, it, test, vi } from 'vitest';
import { parseXml, XmlError } from '../../../src/xml/parse.js';
import { renderXml } from '../../../src/xml/render.js';

const LIMIT = 10_000;
const reasonOf = (text: string, limit = LIMIT) => {
  try {
    parseXml(text, { limit });
    return 'parsed';
  } catch (error) {
    return error instanceof XmlError ? error.reason : 'another error';
  }
};

describe('parseXml', () => {
  it('parses elements as strings, empty ones as empty strings, repeated ones as arrays', () => {
    const text = '<?xml version="1.0"?><a><b>1</b><b> 15.10</b><c/><d x="1">é&amp;</d></a>';
    expect(parseXml(text, { limit: LIMIT })).toEqual({ a: { b: ['1', ' 15.10'], c: '', d: 'é&' } });
  });

  it('refuses every form of DOCTYPE', () => {
    expect(reasonOf('<!doctype a [<!ENTITY x "y">]><a>&x;</a>')).toBe('doctype');
  });

  it('refuses a document above the size limit before parsing it', () => {
    expect(reasonOf('<a>12345</a>', 11)).toBe('too-large');
    expect(reasonOf('<a>12345</a>', 12)).toBe('parsed');
  });

  it.each(['', '   ', '<a>', '<a></b>', 'plain', '{"a":1}', '<a>&undefined;</a>', '<a'])(
    'refuses %j as malformed',
    (text) => expect(reasonOf(text)).toBe('malformed'),
  );

  it('never repeats the text in its message', () => {
    expect(() => parseXml('<a>canary-7f3a</b>', { limit: LIMIT })).toThrow(/^not well-formed XML$/);
  });

  it('handles elements named like inherited properties of objects, which cannot reach a prototype', () => {
    const read = parseXml(
      '<a><constructor>1</constructor><toString>2</toString><toString>3</toString><__proto__><polluted>4</polluted></__proto__></a>',
      { limit: LIMIT },
    );
    expect(JSON.stringify(read)).toBe(
      '{"a":{"constructor":"1","toString":["2","3"],"__proto__":{"polluted":"4"}}}',
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('returns a value or throws an XmlError for any text', () => {
    const piece = fc.constantFrom(
      '<a>',
      '</a>',
      '<a/>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '&lt;',
      '&',
      '<?',
      '?>',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, fc.string())).map((parts) => parts.join('')),
        (text) => {
          expect(reasonOf(text)).not.toBe('another error');
        },
      ),
    );
  });
});

describe('renderXml', () => {
  it('writes elements in order, repeats arrays and escapes texts', () => {
    expect(renderXml('group', { add: { computer: [{ id: 1 }, { name: '<&"' }] }, ok: true })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>' +
        '<group><add><computer><id>1</id></computer><computer><name>&lt;&amp;"</name></computer></add><ok>true</ok></group>',
    );
  });

  it('writes a document that it can parse again', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((value) => /\S/.test(value) && !value.includes('\r'));
    fc.assert(
      fc.property(text, (value) => {
        expect(parseXml(renderXml('a', { b: value }), { limit: 1e6 })).toEqual({ a: { b: value } });
      }),
    );
  });
});

describe('the numbers of elements and attributes', () => {
  const most = { elements: 20, attributes: 5 };
  const parse = (text: string) => parseXml(text, { limit: 2_000_000, most });

  test('within the limits are accepted', () => {
    expect(parse(`<a>${'<b/>'.repeat(19)}</a>`)).toEqual({ a: { b: Array.from({ length: 19 }, () => '') } });
    expect(parse('<a x=""/>')).toEqual({ a: '' });
  });

  test.each([
    ['siblings', `<a>${'<b/>'.repeat(100_000)}</a>`, 'elements'],
    ['levels', `${'<b>'.repeat(100_000)}${'</b>'.repeat(100_000)}`, 'elements'],
    [
      'attributes of one element',
      `<a ${Array.from({ length: 100_000 }, (_, at) => `a${at}=""`).join(' ')}/>`,
      'attributes',
    ],
    [
      'attributes after a > in a value',
      `<a x=">" ${Array.from({ length: 10 }, (_, at) => `a${at}=''`).join(' ')}/>`,
      'attributes',
    ],
    [
      'attributes with spaces',
      `<a ${Array.from({ length: 10 }, (_, at) => `a${at} = ""`).join(' ')}/>`,
      'attributes',
    ],
  ])('above the limits are refused before they are parsed: %s', (_, text, what) => {
    const tags = vi.spyOn(Parser.prototype, 'parseString');
    expect(() => parse(text)).toThrow(
      `XML with more than ${what === 'elements' ? 20 : 5} ${what} is not allowed`,
    );
    expect(tags).not.toHaveBeenCalled();
    tags.mockRestore();
  });
});
