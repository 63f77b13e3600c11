import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packedReader, packedWriter } from '../../../src/store/computers/packed.js';
import { packComputer, unpackComputer } from '../../../src/store/computers/record.js';
import { certificates, DAY, known, NOW } from '../domain/support/fleet.js';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.uuid(),
  fc.uuid().map((uuid) => uuid.toUpperCase()),
  fc.uuid().map((uuid) => `CN=C02X ${uuid} anna.berg,O=${uuid.toUpperCase()}`),
  fc.stringMatching(/^(?:[0-9a-f]{2}){0,20}$/),
  fc.stringMatching(/^(?:[0-9A-F]{2}){4,20}$/),
  fc.stringMatching(/^[0-9a-fA-F]{1,40}$/),
  fc.constantFrom('', 'a.b*c', 'anna.berg', '\\^$.*+?()[]{}|/-', 'x'.repeat(3_000)),
);

describe('packed values', () => {
  test('texts are unpacked unchanged, also with repetitions', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), fc.array(text), (remembered, texts) => {
        const repeating = texts.map((one, index) => `${one}${remembered[index % 4] ?? ''}/${one}`);
        const writer = packedWriter();
        for (const one of remembered) writer.remember(one);
        for (const one of [...texts, ...repeating]) writer.text(one);
        const reader = packedReader(writer.bytes());
        expect(remembered.map(() => reader.remember())).toEqual(remembered);
        expect([...texts, ...repeating].map(() => reader.text())).toEqual([...texts, ...repeating]);
      }),
    );
  });

  test('numbers and times are unpacked unchanged', () => {
    fc.assert(
      fc.property(
        fc.array(fc.maxSafeNat()),
        fc.array(fc.option(fc.integer({ min: 1, max: 2 ** 48 - 1 }))),
        (counts, instants) => {
          const writer = packedWriter();
          counts.forEach((one) => writer.count(one));
          instants.forEach((one) => writer.instant(one));
          const reader = packedReader(writer.bytes());
          expect(counts.map(() => reader.count())).toEqual(counts);
          expect(instants.map(() => reader.instant())).toEqual(instants);
        },
      ),
    );
  });

  test('truncated bytes are refused', () => {
    const writer = packedWriter();
    writer.text('C02XG0AAJGH5');
    expect(() => packedReader(writer.bytes().subarray(0, 5)).text()).toThrow(RangeError);
  });
});

describe('a stored Mac', () => {
  test('is unpacked unchanged', () => {
    const computers = fc.record({
      serialNumber: text,
      name: text,
      username: text,
      email: text,
      managed: fc.boolean(),
      reportedAt: fc.option(fc.integer({ min: 1, max: NOW })),
      retiredAt: fc.option(fc.constant(NOW)),
      groupIds: fc.array(fc.integer({ min: 1 }).map(String)),
      certificates: certificates.map((all) =>
        all.map((one) => ({ ...one, identity: true, issuedAt: NOW - DAY })),
      ),
      matching: fc.dictionary(fc.stringMatching(/^[a-z0-9]{1,8}$/), fc.nat(40)),
      missingSince: fc.option(
        fc.dictionary(fc.stringMatching(/^[a-z0-9]{1,8}$/), fc.integer({ min: 1, max: NOW }), { minKeys: 1 }),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(computers, (fields) => {
        const computer = known({ ...fields, lastContactAt: NOW });
        expect(unpackComputer(computer.id, NOW, packComputer(computer))).toEqual(computer);
      }),
    );
  });

  test('takes less than half of its JSON, and at most 300 bytes', () => {
    const bytes = packComputer(known()).length;
    expect(bytes).toBeLessThan(JSON.stringify(known()).length / 2);
    expect(bytes).toBeLessThan(300);
  });

  test('of an older format is not read, and one of a newer format or a damaged one is named', () => {
    const bytes = packComputer(known());
    const cut = bytes.subarray(0, 40);
    bytes[0] = 1;
    expect(unpackComputer('7', null, bytes)).toBeNull();
    bytes[0] = 99;
    expect(() => unpackComputer('7', null, bytes)).toThrow(
      'computer 7 cannot be read: it was written by a newer',
    );
    cut[0] = 2;
    expect(() => unpackComputer('7', null, cut)).toThrow(
      'computer 7 cannot be read: packed data is incomplete',
    );
  });
});
