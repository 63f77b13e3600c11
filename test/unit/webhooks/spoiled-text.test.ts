import { describe, expect, it } from 'vitest';
import { formatOf, parseBody } from '../../../src/webhooks/recognise/parse.js';
import { recognizeEvent } from '../../../src/webhooks/recognise/recognise.js';

function effectOf(type: string, body: string | Buffer): unknown {
  const format = formatOf({ 'content-type': type });
  return recognizeEvent(parseBody(format.decode(Buffer.from(body)), format)).effect;
}
const hint = {
  does: 'hint',
  computer: { id: '305', udid: '', serialNumber: '' },
  reason: 'inventory',
  later: false,
};

describe('a webhook whose device name is not escaped', () => {
  const json = (name: string) =>
    `{"webhook":{"webhookEvent":"ComputerInventoryCompleted"},"event":{"deviceName":"${name}","jssID":305}}`;
  const xml = (name: string) =>
    `<?xml version="1.0" encoding="UTF-8"?><JSSEvent><webhook><webhookEvent>ComputerInventoryCompleted</webhookEvent></webhook><event><jssID>305</jssID><deviceName>${name}</deviceName></event></JSSEvent>`;

  it.each([
    ['a line break', 'Lab\nmac'],
    ['a tab', 'Lab\tmac'],
    ['quotes', 'Lab "one"'],
    ['a backslash', 'Lab\\Qa'],
    ['half a surrogate pair', '\\ud83d'],
  ])('is admitted as JSON with %s', (_, name) => {
    expect(effectOf('application/json', json(name))).toEqual(hint);
  });

  it.each([
    ['an emoji as two references', 'Lab &#55357;&#56877;'],
    ['U+0000', 'Lab &#x0;'],
    ['an ampersand', 'R&D'],
    ['an escape character', 'Lab &#27;'],
  ])('is admitted as XML with %s', (_, name) => expect(effectOf('text/xml', xml(name))).toEqual(hint));

  it('is admitted with invalid UTF-8', () => {
    const body = Buffer.from(json('Lab \u00e9'), 'latin1');
    expect(effectOf('application/json', body)).toEqual(hint);
  });

  it('is rejected if it is truncated', () => {
    expect(() => effectOf('application/json', json('Lab\nmac').slice(0, -1))).toThrow('not valid JSON');
    expect(() => effectOf('text/xml', xml('&#0;').slice(0, -1))).toThrow('not well-formed XML');
  });
});
