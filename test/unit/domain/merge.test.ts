import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeInventory, retireComputer } from '../../../src/domain/merge.js';
import { certificate, computer, computers, DAY, HOUR, known, NOW, watch } from './support/fleet.js';

const watched = [watch({ policy: { subject: /managementAttestation/iu } })];
const read = (readAt: number) => ({ watched, readAt });

describe('the stored record of a Mac', () => {
  test('has only the fields that decisions need', () => {
    const kept = mergeInventory(
      null,
      computer({
        groupIds: ['1', '2', '20'],
        certificates: [
          certificate({ serialNumber: 'OLD', expiresAt: NOW - DAY }),
          certificate({ serialNumber: 'NEW', fingerprint: 'AA' }),
          certificate({ subject: 'CN=com.apple.systemdefault' }),
        ],
        profiles: [
          { id: '-27', identifier: 'com.jamf', displayName: 'MDM', installedAt: null },
          { id: '11', identifier: 'x', displayName: 'Okta', installedAt: NOW - DAY },
        ],
      }),
      read(NOW),
    );
    expect(kept).toMatchObject({
      groupIds: ['20'],
      certificates: [{ serialNumber: 'NEW', fingerprint: '' }, { serialNumber: 'OLD' }],
      matching: { wifi: 2 },
      profiles: [{ id: '11', installedAt: NOW - DAY }],
      readAt: NOW,
      retiredAt: null,
    });
    expect(kept.certificates).toHaveLength(2);
    expect(kept.profiles).toHaveLength(1);
  });

  test('has the selected certificate and the three that expire before it, and the number of all', () => {
    const certificates = [3, 6, 1, 5, 2, 4].map((days) =>
      certificate({ serialNumber: `DAY-${days}`, expiresAt: NOW + days * DAY }),
    );
    const kept = mergeInventory(null, computer({ certificates }), read(NOW));
    expect(kept.certificates.map(({ serialNumber }) => serialNumber)).toEqual([
      'DAY-6',
      'DAY-5',
      'DAY-4',
      'DAY-3',
    ]);
    expect(kept.matching).toEqual({ wifi: 6 });
  });

  test('has a valid inactive certificate while its profile is on the Mac, and not after both were removed', () => {
    const inactive = computer({ certificates: [certificate({ active: false })] });
    const serials = (mac: typeof inactive) => mergeInventory(null, mac, read(NOW)).certificates.length;
    expect(serials(inactive)).toBe(1);
    expect(serials({ ...inactive, profiles: [] })).toBe(0);
    const expired = certificate({ active: false, expiresAt: NOW - DAY });
    expect(serials({ ...inactive, profiles: [], certificates: [expired] })).toBe(1);
  });

  test('has a profile that inventory shows with another ID but the same identifier', () => {
    const { identifier } = watch().blue;
    const kept = mergeInventory(
      null,
      computer({ profiles: [{ id: '', identifier, displayName: '', installedAt: 5 }] }),
      read(NOW),
    );
    expect(kept.profiles).toEqual([{ id: '11', installedAt: 5 }]);
  });

  test('identifies a certificate without a serial number by its fingerprint', () => {
    const kept = mergeInventory(
      null,
      computer({ certificates: [certificate({ serialNumber: '', fingerprint: 'AA' })] }),
      read(NOW),
    );
    expect(kept.certificates[0]?.fingerprint).toBe('AA');
  });
});

describe('a later reading', () => {
  test('replaces what changed', () => {
    const merged = mergeInventory(
      known({ name: 'old' }),
      computer({ name: 'new', reportedAt: NOW, managed: false }),
      read(NOW + 1),
    );
    expect(merged).toMatchObject({ name: 'new', managed: false, reportedAt: NOW, readAt: NOW + 1 });
  });

  test('never overwrites known values with blank ones', () => {
    const before = known();
    const merged = mergeInventory(
      before,
      computer({
        udid: '',
        serialNumber: '',
        managementId: '',
        name: '',
        username: '',
        realName: '',
        email: '',
        department: '',
        building: '',
        enrolledAt: null,
        reportedAt: null,
        lastContactAt: null,
        certificates: [],
        profiles: [],
      }),
      read(NOW + 1),
    );
    expect(merged).toEqual({ ...before, readAt: NOW + 1 });
  });

  test('removes the certificate when it shows others but none that matches', () => {
    const merged = mergeInventory(
      known(),
      computer({ reportedAt: NOW, certificates: [certificate({ subject: 'CN=x' })] }),
      read(NOW + 1),
    );
    expect(merged).toMatchObject({ certificates: [], matching: { wifi: 0 } });
  });

  test('of another enrollment keeps only the last contact', () => {
    const merged = mergeInventory(
      known({ lastContactAt: NOW + HOUR }),
      computer({ managementId: 'new', enrolledAt: NOW, username: '', certificates: [], reportedAt: null }),
      read(NOW + 1),
    );
    expect(merged).toMatchObject({
      managementId: 'new',
      username: '',
      certificates: [],
      reportedAt: null,
      lastContactAt: NOW + HOUR,
    });
  });

  test('restores a retired Mac', () => {
    expect(mergeInventory(known({ retiredAt: NOW }), computer(), read(NOW + 1)).retiredAt).toBeNull();
  });
});

describe('an earlier reading that is stored later', () => {
  test.each([
    ['its inventory is older', { reportedAt: NOW - 2 * DAY }, NOW + 1],
    ['it was read earlier', {}, NOW - 1],
    ['it is of an earlier enrolment', { enrolledAt: NOW - 500 * DAY, reportedAt: NOW }, NOW + 1],
  ])('does not change known values: %s', (_, fields, readAt) => {
    const before = known({ managed: true, groupIds: ['20'] });
    const late = computer({ name: 'late', managed: false, groupIds: [], certificates: [], ...fields });
    expect(mergeInventory(before, late, read(readAt))).toEqual({
      ...before,
      readAt: Math.max(readAt, before.readAt),
    });
  });

  test('fills in blank values', () => {
    expect(mergeInventory(known({ email: '' }), computer(), read(NOW - 1)).email).toBe(computer().email);
  });
});

describe('readings in any order', () => {
  const texts = ['managementId', 'name', 'username', 'email'] as const;

  test('give the same result for two readings', () => {
    fc.assert(
      fc.property(computers, computers, fc.nat(DAY), (one, other, later) => {
        const [first, second] = [read(NOW), read(NOW + 1 + later)];
        const forth = mergeInventory(mergeInventory(null, one, first), other, second);
        const back = mergeInventory(mergeInventory(null, other, second), one, first);
        expect(back).toEqual(forth);
      }),
    );
  });

  test('give the same result when one is stored twice', () => {
    fc.assert(
      fc.property(computers, (mac) => {
        const once = mergeInventory(null, mac, read(NOW));
        expect(mergeInventory(once, mac, read(NOW))).toEqual(once);
      }),
    );
  });

  test('never replace a known text with a blank one, or inventory with older inventory', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(computers, fc.nat(DAY)), { minLength: 2, maxLength: 6 }), (readings) => {
        let before = mergeInventory(null, computer(), read(NOW));
        for (const [mac, later] of readings) {
          const after = mergeInventory(before, mac, read(NOW + later));
          expect(texts.filter((field) => before[field] !== '' && after[field] === '')).toEqual([]);
          expect(after.reportedAt ?? 0).toBeGreaterThanOrEqual(before.reportedAt ?? 0);
          expect(after.readAt).toBeGreaterThanOrEqual(before.readAt);
          before = after;
        }
      }),
    );
  });
});

describe('a Mac that Jamf Pro does not find', () => {
  test('is retired, and its known values are kept', () => {
    expect(retireComputer(known(), NOW + 5)).toEqual(known({ retiredAt: NOW + 5, readAt: NOW + 5 }));
  });

  test('is unchanged when it was retired before, or was read by a later call', () => {
    expect(retireComputer(known({ retiredAt: NOW }), NOW + 5)).toBeNull();
    expect(retireComputer(known({ readAt: NOW + 9 }), NOW + 5)).toBeNull();
  });
});
