import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENTS } from '../../../src/webhooks/recognise/event-types.js';
import { formatOf, parseBody } from '../../../src/webhooks/recognise/parse.js';
import { recognizeEvent, type RecognizedEvent } from '../../../src/webhooks/recognise/recognise.js';
import { redactBody } from '../../../src/webhooks/recognise/redact.js';
import { WebhookRefusal } from '../../../src/webhooks/http/refusal.js';

const json = formatOf({ 'content-type': 'application/json' });
const xml = formatOf({ 'content-type': 'text/xml' });

describe('the format', () => {
  it.each([
    ['application/json', 'json'],
    ['application/json;charset=UTF-8', 'json'],
    ['Application/JSON; charset=utf-8', 'json'],
    ['text/json', 'json'],
    ['application/vnd.jamf+json', 'json'],
    ['text/xml', 'xml'],
    ['application/xml; charset="utf-8"', 'xml'],
    ['application/vnd.jamf+xml', 'xml'],
  ])('%s is %s', (contentType, is) => {
    expect(formatOf({ 'content-type': contentType }).is).toBe(is);
  });

  it.each([
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'json',
    'text/xml-ish',
    'multipart/form-data',
  ])('rejects %j with 415', (contentType) => {
    expect(() => formatOf({ 'content-type': contentType })).toThrow(
      expect.objectContaining({ status: 415 }) as WebhookRefusal,
    );
  });

  it('rejects a compressed body and an unsupported character set', () => {
    const headers = { 'content-type': 'application/json' };
    expect(() => formatOf({ ...headers, 'content-encoding': 'gzip' })).toThrow(
      'Compressed bodies are not supported',
    );
    expect(formatOf({ ...headers, 'content-encoding': 'identity' }).is).toBe('json');
    expect(() => formatOf({ 'content-type': 'text/xml; charset=klingon' })).toThrow('character set');
  });

  it('decodes the declared character set, and removes a byte order mark', () => {
    const latin1 = formatOf({ 'content-type': 'application/json; charset=iso-8859-1' });
    expect(latin1.decode(Buffer.from('"é"', 'latin1'))).toBe('"é"');
    expect(json.decode(Buffer.from('\uFEFF{}'))).toBe('{}');
  });
});

describe('the body', () => {
  it.each(['{', '', '{"a":1}x', "{'a':1}", 'undefined'])('%j is not valid JSON', (text) => {
    expect(() => parseBody(text, json)).toThrow('not valid JSON');
  });

  it.each(['<JSSEvent>', '', 'text', '<a></b>', '{"a":1}'])('%j is not well-formed XML', (text) => {
    expect(() => parseBody(text, xml)).toThrow('not well-formed XML');
  });

  it('is refused with a DOCTYPE', () => {
    expect(() => parseBody('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', xml)).toThrow('DOCTYPE');
  });
});

describe('any request body', () => {
  /** Throws every error that is not a refusal with 400. */
  function answerTo(text: string, format: typeof json): RecognizedEvent | 400 {
    try {
      const parsed = parseBody(text, format);
      redactBody(text, parsed);
      return recognizeEvent(parsed);
    } catch (error) {
      if (error instanceof WebhookRefusal && error.status === 400) return 400;
      throw error;
    }
  }

  const isId = (id: string | null) => id === null || /^[1-9]\d*$/.test(id);

  /** The guarantees that the store needs. */
  function isSound(answer: RecognizedEvent | 400): boolean {
    if (answer === 400) return true;
    const { event, at, effect } = answer;
    return (
      event.length <= 100 &&
      (at === null || Number.isSafeInteger(at)) &&
      (effect.does !== 'hints' || effect.computerIds.every(isId)) &&
      (!('computer' in effect) || isId(effect.computer.id))
    );
  }

  const name = fc.oneof(
    fc.constantFrom(...Object.keys(EVENTS), '__proto__', 'constructor', 'toString'),
    fc.string(),
  );
  const field = fc.constantFrom(
    'jssID',
    'jssid',
    'udid',
    'serialNumber',
    'computer',
    'trigger',
    'groupAddedDevicesIds',
    'objectID',
    'groupRemovedDevicesIds',
    'objectTypeName',
    'restAPIOperationType',
    '__proto__',
    'constructor',
    'password',
  );
  const event = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(field, fc.jsonValue({ maxDepth: 3 })),
    fc.record({ computer: fc.dictionary(field, fc.jsonValue()) }),
  );
  const webhook = fc.oneof(
    fc.jsonValue(),
    fc.record(
      { webhookEvent: name, eventTimestamp: fc.jsonValue(), id: fc.jsonValue() },
      { requiredKeys: [] },
    ),
  );
  const body = fc.oneof(fc.jsonValue(), fc.record({ webhook, event }, { requiredKeys: [] }));

  it('in JSON is parsed or refused', () => {
    fc.assert(
      fc.property(body, (value) => {
        expect(answerTo(JSON.stringify(value), json)).toSatisfy(isSound);
      }),
      { numRuns: 3_000 },
    );
  });

  it('in broken JSON is refused', () => {
    fc.assert(
      fc.property(body, fc.nat(), fc.string(), (value, at, junk) => {
        const text = JSON.stringify(value);
        const cut = at % (text.length + 1);
        expect(answerTo(text.slice(0, cut) + junk + text.slice(cut + 1), json)).toSatisfy(isSound);
      }),
      { numRuns: 1_000 },
    );
  });

  const content = fc.oneof(
    fc.string(),
    fc.constantFrom('6', '', '&amp;', '&x;', '<![CDATA[6]]>', '\u0000', ']]>'),
  );
  const element = (inner: string, names: string[]) =>
    names.reduceRight((text, one) => `<${one}>${text}</${one}>`, inner);
  const tree = fc.array(fc.tuple(fc.array(field, { minLength: 1, maxLength: 3 }), content), { maxLength: 5 });

  it('in XML is parsed or refused', () => {
    fc.assert(
      fc.property(name, tree, content, (said, fields, other) => {
        const inner = fields.map(([names, text]) => element(text, names)).join('');
        const answer = answerTo(
          `<JSSEvent><webhook><webhookEvent>${said}</webhookEvent><id>${other}</id></webhook><event>${inner}</event></JSSEvent>`,
          xml,
        );
        expect(answer).toSatisfy(isSound);
      }),
      { numRuns: 1_000 },
    );
  });

  it('at any nesting depth is parsed or refused', () => {
    const depth = 20_000;
    const deep = `${'['.repeat(depth)}1${']'.repeat(depth)}`;
    const event = (inside: string) => `{"webhook":{"webhookEvent":"New"},"event":{${inside}:${deep}}}`;
    expect(answerTo(event('"token"'), json)).toMatchObject({ event: 'New' });
    expect(answerTo(event('"\\u0061"'), json)).toMatchObject({ event: 'New' });
    const group = '{"webhook":{"webhookEvent":"SmartGroupComputerMembershipChange"},"event":';
    expect(answerTo(`${group}{"groupAddedDevicesIds":${deep}}}`, json)).toMatchObject({
      effect: { does: 'none' },
    });
    expect(answerTo(`${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}`, xml)).toBe(400);
  });
});
