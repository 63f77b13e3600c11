import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assess, milestonesOf } from '../../../src/domain/assess.js';
import type { AssessmentState } from '../../../src/domain/assessment.js';
import { certificate, computer, computers, DAY, HOUR, NOW, watch } from './support/fleet.js';

const watched = watch();
const steady = watch({ policy: { jitter: 0 } });

function expiringIn(ms: number) {
  return computer({ certificates: [certificate({ expiresAt: NOW + ms })] });
}

describe('the state of a Mac', () => {
  test.each<[string, number, AssessmentState]>([
    ['long before its window', 31 * DAY, 'healthy'],
    ['as soon as no more than the window is left', 30 * DAY, 'due'],
    ['inside the window', 11 * DAY, 'due'],
    ['when a third of the window is left', 10 * DAY, 'overdue'],
    ['in its last millisecond', 1, 'overdue'],
    ['when it expires', 0, 'expired'],
    ['long after', -100 * DAY, 'expired'],
  ])('%s', (_, left, state) => {
    expect(assess(expiringIn(left), steady, NOW)).toMatchObject({ state, unknown: null });
  });

  test.each([
    ['nothing matches', computer({ certificates: [certificate({ subject: 'CN=x' })] }), 'no-certificate'],
    ['inventory is old', computer({ reportedAt: NOW - 15 * DAY }), 'inventory-stale'],
    ['it never reported', computer({ reportedAt: null }), 'never-reported'],
    [
      'the expiry is missing',
      computer({ certificates: [certificate({ expiresAt: null })] }),
      'expiry-missing',
    ],
  ])('is unknown when %s', (_, mac, unknown) => {
    expect(assess(mac, watched, NOW)).toMatchObject({
      state: 'unknown',
      unknown,
      actAt: null,
      changesAt: null,
    });
  });

  test('uses the certificate that an old inventory shows', () => {
    const { certificate: shown, dueAt } = assess(computer({ reportedAt: NOW - 15 * DAY }), watched, NOW);
    expect([shown?.serialNumber, typeof dueAt]).toEqual([certificate().serialNumber, 'number']);
  });

  test('returns the number of matching certificates, including expired ones that are dropped', () => {
    expect(assess({ ...computer(), matching: { wifi: 4 } }, watched, NOW).matching).toBe(4);
  });
});

describe('the dates', () => {
  const dates = (
    fields: Parameters<typeof certificate>[0],
    policy: Parameters<typeof watch>[0] = {},
    id = '7',
  ) => milestonesOf(certificate(fields), watch(policy), id);

  test('jitter shortens the window by less than the configured value, and by the same amount each time for a Mac', () => {
    const dueDates = Array.from(
      { length: 500 },
      (_, id) => dates({ expiresAt: NOW }, {}, String(id))?.dueAt ?? 0,
    );
    expect(Math.min(...dueDates)).toBeGreaterThanOrEqual(NOW - 30 * DAY);
    expect(Math.max(...dueDates)).toBeLessThan(NOW - 27 * DAY);
    expect(dates({ expiresAt: NOW }, {}, '17')?.dueAt).toBe(dueDates[17]);
  });

  test('jitter spreads the due times of a fleet evenly', () => {
    const days = [0, 0, 0];
    for (let id = 0; id < 3_000; id += 1) {
      const dueAt = dates({ expiresAt: NOW }, {}, String(id))?.dueAt ?? 0;
      const day = Math.floor((dueAt - (NOW - 30 * DAY)) / DAY);
      days[day] = (days[day] ?? 0) + 1;
    }
    for (const count of days) expect(count).toBeGreaterThan(900);
  });

  test('a window longer than half of the lifetime is limited to half, so that a new certificate is never due at once', () => {
    const fresh = { issuedAt: NOW, expiresAt: NOW + 20 * DAY };
    expect(dates(fresh, { policy: { jitter: 0 } })?.dueAt).toBe(NOW + 10 * DAY);
    expect(assess(computer({ certificates: [certificate(fresh)] }), watched, NOW).state).toBe('healthy');
  });

  test('with maintenance windows, Recert acts in the last window before the date', () => {
    const maintenance = [{ days: ['sun'] as const, from: '02:00', to: '06:00', zone: 'UTC' }];
    const plain = milestonesOf(certificate(), watch(), '7');
    const dates = milestonesOf(certificate(), watch({ policy: { maintenance } }), '7');
    if (plain === null || dates === null) throw new Error('no dates');
    expect(new Date(dates.actAt).getUTCDay()).toBe(0);
    expect(new Date(dates.actAt).getUTCHours()).toBe(2);
    expect(plain.actAt - dates.actAt).toBeGreaterThan(0);
    expect(plain.actAt - dates.actAt).toBeLessThan(7 * DAY);
    expect(dates.dueAt).toBeLessThanOrEqual(dates.actAt);
    expect(dates.overdueAt).toBe(plain.overdueAt);
  });

  test('a window can be a share of the lifetime, which is one year if inventory does not show it', () => {
    const policy = { jitter: 0, window: { share: 0.25 } };
    const due = (issuedAt: number | null) => dates({ issuedAt, expiresAt: NOW }, { policy })?.dueAt;
    expect(due(NOW - 40 * DAY)).toBe(NOW - 10 * DAY);
    expect(due(NOW - 400 * DAY)).toBe(NOW - 100 * DAY);
    expect(due(null)).toBe(NOW - (365 * DAY) / 4);
    expect(
      dates({ issuedAt: NOW - 40 * DAY, expiresAt: NOW }, { policy: { ...policy, window: { share: 0.9 } } }),
    ).toMatchObject({ dueAt: NOW - 20 * DAY });
  });

  test('the redistribution setting of Jamf Pro gets its grace period, but never until the certificate is overdue', () => {
    const grace = (nativeGrace: number) => dates({ expiresAt: NOW }, { policy: { jitter: 0, nativeGrace } });
    expect(grace(14 * DAY)?.actAt).toBe(NOW - 16 * DAY);
    expect(grace(29 * DAY)?.actAt).toBe(NOW - 10 * DAY);
  });
});

describe('any inventory', () => {
  const policies = fc.record({
    window: fc.oneof(
      fc.integer({ min: 1, max: 200 * DAY }),
      fc.record({ share: fc.double({ min: 0.001, max: 0.5, noNaN: true }) }),
    ),
    jitter: fc.integer({ min: 0, max: 200 * DAY }),
    nativeGrace: fc.integer({ min: 0, max: 60 * DAY }),
  });

  test('is due before Recert acts, acts before it is overdue, and is overdue before it is expired', () => {
    fc.assert(
      fc.property(computers, policies, fc.integer({ min: 1, max: 200_000 }), (mac, policy, id) => {
        for (const one of mac.certificates) {
          const dates = milestonesOf(one, watch({ policy }), String(id));
          if (dates === null) continue;
          expect(dates.dueAt).toBeLessThanOrEqual(dates.actAt);
          expect(dates.actAt).toBeLessThanOrEqual(dates.overdueAt);
          expect(dates.overdueAt).toBeLessThanOrEqual(dates.expiresAt);
        }
      }),
    );
  });

  test('never leaves a later state as time passes, and never enters one earlier than announced', () => {
    const patient = watch({ policy: { stale: 5_000 * DAY } });
    const order: AssessmentState[] = ['healthy', 'due', 'overdue', 'expired', 'unknown'];
    fc.assert(
      fc.property(computers, fc.nat(900 * DAY), fc.nat(60 * DAY), (mac, wait, more) => {
        // Issued in the past: a certificate that becomes valid later may set a Mac back to healthy.
        const past = mac.certificates.filter(({ issuedAt }) => (issuedAt ?? 0) <= NOW);
        const now = assess({ ...mac, certificates: past }, patient, NOW + wait);
        const later = assess({ ...mac, certificates: past }, patient, NOW + wait + more);
        expect(order.indexOf(later.state)).toBeGreaterThanOrEqual(order.indexOf(now.state));
        const moved = later.state !== now.state && later.state !== 'unknown';
        expect(moved && (now.changesAt ?? Infinity) > NOW + wait + more).toBe(false);
      }),
    );
  });

  test('has no action date while unknown, and a date in every other state', () => {
    fc.assert(
      fc.property(computers, (mac) => {
        const { state, unknown, actAt, certificate: chosen } = assess(mac, watched, NOW);
        expect(state === 'unknown').toBe(unknown !== null);
        expect(state === 'unknown').toBe(actAt === null);
        expect(state === 'unknown' || typeof chosen?.expiresAt === 'number').toBe(true);
      }),
    );
  });

  test('gives the same result for a report time that is one hour later, except for staleness', () => {
    fc.assert(
      fc.property(computers, (mac) => {
        const fresh = assess({ ...mac, reportedAt: NOW }, watched, NOW);
        const older = assess({ ...mac, reportedAt: NOW - HOUR }, watched, NOW);
        expect(older).toEqual(fresh);
      }),
    );
  });
});
