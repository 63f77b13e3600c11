import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  currentFirst,
  describeAmbiguity,
  inUse,
  isIdentifier,
  mostLikely,
} from '../../../src/domain/mac-records.js';
import { mergeInventory } from '../../../src/domain/merge.js';
import { entriesOf, wholeOf } from '../../../src/domain/search-terms.js';
import { computer, DAY, known, NOW } from './support/fleet.js';

const record = (id: string, days: number | null, retired = false) => {
  const at = days === null ? null : NOW - days * DAY;
  return { id, lastContactAt: at, reportedAt: at, enrolledAt: null, retiredAt: retired ? NOW - DAY : null };
};
const idsOf = (records: readonly { id: string }[]) => records.map(({ id }) => id);

describe('a placeholder is not a serial number', () => {
  const PLACEHOLDERS = [
    'Not Available',
    'NOT AVAILABLE ',
    'None',
    'N/A',
    'n.a.',
    'To be filled by O.E.M.',
    'To Be Filled By OEM',
    'System Serial Number',
    'Default string',
    'Unknown',
    '(null)',
    '0',
    '000000000000',
    '00000000-0000-0000-0000-000000000000',
    '-',
    '',
    ' \t',
  ];

  test.each(PLACEHOLDERS)('%j', (text) => {
    expect(isIdentifier(text)).toBe(false);
    expect(wholeOf('serialNumber', text)).toBe('');
    const entries = entriesOf(
      known({ serialNumber: text, udid: text, name: '', username: '', realName: '', email: '' }),
    );
    expect(entries).toEqual([]);
  });

  test.each(['C02XG0AAJGH5', 'FVFC00000000', '0C02XG0AAJG', 'NONE1234', 'VMware-56 4d 2e 11'])(
    '%j is a serial number',
    (text) => {
      expect(isIdentifier(text)).toBe(true);
      expect(wholeOf('serialNumber', text)).not.toBe('');
    },
  );

  test('a placeholder does not overwrite a known serial number or UDID', () => {
    const fresh = computer({ serialNumber: 'Not Available', udid: '00000000-0000-0000-0000-000000000000' });
    const merged = mergeInventory(known(), { ...fresh, reportedAt: NOW }, { watched: [], readAt: NOW });
    expect(merged).toMatchObject({ serialNumber: known().serialNumber, udid: known().udid });
  });
});

describe('the current record of a serial number', () => {
  test.each([
    ['had contact last, not the first ID as text (120, 305)', [record('120', 400), record('305', 1)], '305'],
    ['had contact last, not the first ID as text (1043, 88)', [record('1043', 400), record('88', 1)], '88'],
    [
      'exists in Jamf Pro, even if the retired one had contact later',
      [record('5', 1, true), record('6', 70)],
      '6',
    ],
    ['had contact at all', [record('5', null), record('6', 500)], '6'],
    ['has the highest ID if all else is equal', [record('9', 3), record('10', 3)], '10'],
  ])('%s', (_, records, id) => {
    expect(currentFirst(records)[0]?.id).toBe(id);
    expect(currentFirst([...records].reverse())[0]?.id).toBe(id);
  });

  test('is the one that was just enrolled, even before its first report', () => {
    const enrolled = { ...record('7', null), enrolledAt: NOW };
    expect(currentFirst([record('8', 1), enrolled])[0]?.id).toBe('7');
  });

  test('is ambiguous unless the other records are retired or silent', () => {
    expect(idsOf(inUse([record('120', 400), record('305', 1)], NOW))).toEqual(['305']);
    expect(idsOf(inUse([record('120', 91), record('305', 90)], NOW))).toEqual(['305']);
    expect(idsOf(inUse([record('120', 90), record('305', 1)], NOW))).toEqual(['305', '120']);
    expect(idsOf(inUse([record('120', 1, true), record('305', 200)], NOW))).toEqual(['305']);
    // Neither record has had contact since the other: nothing shows which one is in use.
    expect(idsOf(inUse([record('120', 200), record('305', 200)], NOW))).toEqual(['305', '120']);
    expect(idsOf(inUse([record('120', 3, true)], NOW))).toEqual(['120']);
    expect(inUse([], NOW)).toEqual([]);
  });

  test('does not depend on the order of the records', () => {
    const records = fc.uniqueArray(
      fc
        .tuple(fc.nat(2000), fc.option(fc.nat(500)), fc.boolean())
        .map(([id, days, retired]) => record(String(id), days, retired)),
      { selector: ({ id }) => id },
    );
    fc.assert(
      fc.property(records, (all) => {
        expect(inUse([...all].reverse(), NOW)).toEqual(inUse(all, NOW));
        expect(inUse(all, NOW)[0]).toEqual(currentFirst(all)[0]);
      }),
    );
  });

  test('messages name both IDs', () => {
    expect(describeAmbiguity('C02DUPE00001', [record('305', 1), record('120', null)])).toBe(
      '2 Macs in Jamf Pro have the serial number C02DUPE00001: ID 305 (last contact 2026-05-31), ID 120 (no contact yet). Use the ID instead.',
    );
  });
});

describe('a webhook that carries UDID and serial number', () => {
  test.each([
    ['means the record with the UDID', record('1', 300), record('2', 1), '1'],
    ['means the record that exists', record('1', 1, true), record('2', 300), '2'],
    [
      'means the retired record with the UDID if none exists',
      record('1', 9, true),
      record('2', 1, true),
      '1',
    ],
    ['means the record with the serial number if the UDID is unknown', null, record('2', 1), '2'],
    ['means no record', null, null, undefined],
  ])('%s', (_, withUdid, withSerialNumber, id) => {
    expect(mostLikely(withUdid, withSerialNumber)?.id).toBe(id);
  });
});
