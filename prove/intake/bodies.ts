import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

/** A malformed or unusual webhook body with its headers. `kind` names the category in reports. */
export interface Strange {
  kind: string;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

const FIXTURES = new URL('../../test/fixtures/webhooks/', import.meta.url);
const corpus = readdirSync(FIXTURES).map((name) => ({
  xml: name.endsWith('.xml'),
  bytes: readFileSync(new URL(name, FIXTURES)),
}));
const jsons = corpus.filter(({ xml }) => !xml).map(({ bytes }) => JSON.parse(bytes.toString()) as unknown);

const JSON_TYPE = 'application/json';
const XML_TYPE = 'text/xml';
const PROTOTYPE_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

const strange = (kind: string, type: string, body: Buffer | string, more = {}): Strange => ({
  kind,
  headers: { 'Content-Type': type, ...more },
  body: Buffer.from(body),
});

const fixture = fc.constantFrom(...corpus);
const typeOf = ({ xml }: { xml: boolean }) => (xml ? XML_TYPE : JSON_TYPE);

/** Real bodies that are truncated, have a changed byte, or have a repeated end. */
const broken = fc
  .tuple(fixture, fc.nat(), fc.nat(255), fc.constantFrom('cut', 'changed', 'doubled'))
  .map(([one, place, byte, how]) => {
    const at = place % one.bytes.length;
    const bytes = Buffer.from(one.bytes);
    if (how === 'cut') return strange('truncated', typeOf(one), bytes.subarray(0, at));
    if (how === 'doubled')
      return strange('repeated end', typeOf(one), Buffer.concat([bytes, bytes.subarray(at)]));
    bytes[at] = byte;
    return strange('changed byte', typeOf(one), bytes);
  });

/** Real bodies with one value replaced by a value of another type or a huge number. */
const wrongTypes = fc
  .tuple(
    fc.constantFrom(...jsons),
    fc.nat(),
    fc.oneof(
      fc.anything(),
      fc.constantFrom(1e308, -1, 2 ** 63, Number.MAX_SAFE_INTEGER, '9'.repeat(400), '', null, [], {}, true),
    ),
  )
  .map(([document, place, value]) => strange('wrong types', JSON_TYPE, replaceOne(document, place, value)));

const hugeNumber = fc
  .tuple(fc.integer({ min: 1, max: 4_000 }), fc.constantFrom('jssID', 'eventTimestamp', 'id'))
  .map(([digits, name]) =>
    strange(
      'huge numbers',
      JSON_TYPE,
      `{"webhook":{"webhookEvent":"ComputerCheckIn","${name}":${'9'.repeat(digits)}},"event":{"${name}":1e${digits}}}`,
    ),
  );

const anyJson = fc.json({ maxDepth: 6 }).map((text) => strange('any JSON', JSON_TYPE, text));
const anyText = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 400 }), fc.constantFrom(JSON_TYPE, XML_TYPE))
  .map(([text, type]) => strange('any text', type, text));
const anyBytes = fc
  .tuple(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(JSON_TYPE, XML_TYPE))
  .map(([bytes, type]) => strange('any bytes', type, Buffer.from(bytes)));

const DEEP = [
  { type: JSON_TYPE, open: '[', middle: '', close: ']' },
  { type: JSON_TYPE, open: '{"event":', middle: '1', close: '}' },
  { type: JSON_TYPE, open: '[', middle: '', close: '' },
  { type: XML_TYPE, open: '<a>', middle: '', close: '</a>' },
];
const deep = fc
  .tuple(fc.integer({ min: 10, max: 20_000 }), fc.constantFrom(...DEEP))
  .map(([depth, { type, open, middle, close }]) =>
    strange('deep nesting', type, open.repeat(depth) + middle + close.repeat(depth)),
  );

const prototypes = fc
  .tuple(fc.constantFrom(...PROTOTYPE_NAMES), fc.constantFrom(...PROTOTYPE_NAMES), fc.boolean())
  .map(([one, other, xml]) =>
    xml
      ? strange(
          'prototype names',
          XML_TYPE,
          `<JSSEvent><webhook><webhookEvent>${one}</webhookEvent><${one}>1</${one}></webhook><event><${other}><${one}>1</${one}></${other}></event></JSSEvent>`,
        )
      : strange(
          'prototype names',
          JSON_TYPE,
          `{"${one}":{"polluted":1},"webhook":{"webhookEvent":"${other}","${one}":{"x":1}},"event":{"${other}":{"${one}":1},"jssID":1}}`,
        ),
  );

const entities = fc
  .tuple(
    fc.constantFrom(
      '<!DOCTYPE a [<!ENTITY x "y">]>',
      '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
      '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>',
      '<?xml version="1.1"?>',
      '<?php ?>',
      '<!-- -->',
      '<![CDATA[',
      '',
    ),
    fc.constantFrom('&x;', '&c;', '&#0;', '&#x110000;', '&#99999999999;', '&lt;', '&', ']]>', '\u0000'),
  )
  .map(([before, inside]) =>
    strange(
      'entities and DOCTYPE',
      XML_TYPE,
      `${before}<JSSEvent><webhook><webhookEvent>ComputerCheckIn</webhookEvent></webhook><event><computer><jssID>${inside}</jssID></computer></event></JSSEvent>`,
    ),
  );

const encodings = fc
  .tuple(
    fixture,
    fc.constantFrom('utf-16', 'utf-16le', 'iso-8859-1', 'shift_jis', 'none-such', '"', 'utf-7', ''),
    fc.constantFrom('utf8', 'utf16le', 'latin1'),
  )
  .map(([one, charset, real]) =>
    strange(
      'wrong encodings',
      `${typeOf(one)}; charset=${charset}`,
      Buffer.from(one.bytes.toString(), real as BufferEncoding),
    ),
  );

const bomb = gzipSync(Buffer.alloc(20_000_000));
const compressed = fc
  .tuple(fixture, fc.constantFrom('gzip', 'deflate', 'br', 'zstd', 'identity, gzip'), fc.nat(50))
  .map(([one, encoding, place]) =>
    strange('compressed', typeOf(one), place === 0 ? bomb : gzipSync(one.bytes), {
      'Content-Encoding': encoding,
    }),
  );

const otherContentType = fc
  .tuple(
    fixture,
    fc.constantFrom(
      '',
      'text/plain',
      'multipart/form-data',
      'application/x-www-form-urlencoded',
      'a'.repeat(2_000),
    ),
  )
  .map(([one, type]) => strange('other content type', type, one.bytes));

const tooLarge = fc
  .integer({ min: 1, max: 3 })
  .map((megabytes) => strange('too large', JSON_TYPE, Buffer.alloc(megabytes * 1_500_000, ' ')));

/** Generates bodies of every category. The same seed generates the same bodies. */
export function strangeBodies(count: number, seed: number): readonly Strange[] {
  const arbitrary = fc.oneof(
    { weight: 6, arbitrary: broken },
    { weight: 5, arbitrary: wrongTypes },
    { weight: 2, arbitrary: hugeNumber },
    { weight: 3, arbitrary: anyJson },
    { weight: 2, arbitrary: anyText },
    { weight: 2, arbitrary: anyBytes },
    { weight: 1, arbitrary: deep },
    { weight: 2, arbitrary: prototypes },
    { weight: 2, arbitrary: entities },
    { weight: 2, arbitrary: encodings },
    { weight: 1, arbitrary: compressed },
    { weight: 1, arbitrary: otherContentType },
    { weight: 1, arbitrary: tooLarge },
  );
  return fc.sample(arbitrary, { numRuns: count, seed });
}

/**
 * Returns the document as JSON with one value replaced. `place`, modulo the number of values, is the index of the
 * value.
 */
function replaceOne(document: unknown, place: number, value: unknown): string {
  let count = 0;
  JSON.stringify(document, (_, one: unknown) => {
    count += 1;
    return one;
  });
  const wanted = place % count;
  let index = -1;
  const serializable = (one: unknown): unknown => (typeof one === 'bigint' ? one.toString() : one);
  // JSON.stringify returns undefined if the root is replaced by a function or a symbol.
  const text: unknown = JSON.stringify(document, (_, one: unknown) => {
    index += 1;
    return serializable(index === wanted ? value : one);
  });
  return typeof text === 'string' ? text : 'null';
}
