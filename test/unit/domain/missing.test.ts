import { describe, expect, test } from 'vitest';
import { assess } from '../../../src/domain/assess.js';
import { missingMs, missingSince } from '../../../src/domain/health/missing.js';
import type { KnownComputer } from '../../../src/domain/known.js';
import { certificate, DAY, HOUR, known, NOW, watch } from './support/fleet.js';

const watched = watch();
const OTHER = certificate({ subject: 'CN=other' });

/** The Mac after Recert has read it at `now`, as the store saves it. */
function read(before: KnownComputer | null, fields: Partial<KnownComputer>, now: number): KnownComputer {
  const after = known({ certificates: [OTHER], reportedAt: now, ...fields });
  const assessments = { wifi: assess(after, watched, now) };
  return { ...after, missingSince: missingSince(before, after, { assessments, now }) };
}

const lacking = (mac: KnownComputer) => missingMs(mac, 'wifi');

describe('a Mac in scope without a certificate', () => {
  test('counts as without one from the first reading to its last report', () => {
    const first = read(null, {}, NOW);
    expect(lacking(first)).toBe(0);
    expect(lacking(read(first, {}, NOW + 25 * HOUR))).toBe(25 * HOUR);
  });

  test('may have received one after its last report: sweeps alone do not count', () => {
    const first = read(null, {}, NOW);
    expect(lacking(read(first, { reportedAt: NOW }, NOW + 3 * DAY))).toBe(0);
  });

  test('that entered the scope later gets the full time from then on, even if it enrolled long before', () => {
    const outside = read(null, { groupIds: [] }, NOW);
    expect(lacking(outside)).toBeNull();
    const inside = read(outside, {}, NOW + 5 * DAY);
    expect(lacking(inside)).toBe(0);
    expect(lacking(read(inside, {}, NOW + 6 * DAY))).toBe(DAY);
  });

  test('gets the full time again after a new enrollment', () => {
    const long = read(read(null, {}, NOW), {}, NOW + 3 * DAY);
    const enrolledAt = NOW + 3 * DAY + HOUR;
    const again = read(long, { enrolledAt }, enrolledAt);
    expect(lacking(again)).toBe(0);
    expect(lacking(read(again, { enrolledAt }, enrolledAt + DAY))).toBe(DAY);
  });

  test('that had one before a new enrollment counts from the new enrollment on', () => {
    const healthy = read(null, { certificates: [certificate()] }, NOW);
    const enrolled = { enrolledAt: NOW + HOUR, managementId: 'e1e2f3a4-0000-4000-8000-000000000007' };
    const again = read(healthy, enrolled, NOW + HOUR);
    expect(lacking(read(again, enrolled, NOW + 2 * DAY))).toBe(2 * DAY - HOUR);
  });
});

describe('a Mac that is not reported as missing a certificate', () => {
  test.each<[string, Partial<KnownComputer>]>([
    ['with a certificate', { certificates: [certificate()] }],
    ['with an expired certificate', { certificates: [certificate({ expiresAt: NOW })] }],
    ['outside of the scope', { groupIds: [] }],
    ['on a Mac that never reported', { reportedAt: null }],
    ['on a Mac whose last report is too old', { reportedAt: NOW - 15 * DAY }],
  ])('%s', (_, fields) => {
    const first = read(null, {}, NOW);
    expect(lacking(read(first, fields, NOW + DAY))).toBeNull();
  });
});
