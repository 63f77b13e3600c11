import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assess } from '../../../../src/domain/assess.js';
import { chooseCapacity, largestCapacity } from '../../../../src/domain/capacity/capacity.js';
import type { CapacitySettings } from '../../../../src/domain/capacity/chosen.js';
import { type CertificateDates, forecast } from '../../../../src/domain/forecast/forecast.js';
import { DAY, NOW, watch } from '../support/fleet.js';

const CA_LIMIT = 600;
const outlookWith = (settings: Partial<CapacitySettings>) => ({
  now: NOW,
  days: 365,
  settings: Object.assign({ hourlyCap: 'auto', inFlight: 'auto', caLimit: CA_LIMIT } as const, settings),
  seenShare: 1,
});
const outlook = outlookWith({ hourlyCap: 50, inFlight: 100 });
/** Renewals per day that a limit of one per hour allows: eight hours on five of seven days. */
const HOURS = 8 * (5 / 7);

function fleet(count: number, { first = 65, spread = 14 } = {}): CertificateDates[] {
  return Array.from({ length: count }, (_, index) => {
    const expiresAt = NOW + (first + (index / count) * spread) * DAY;
    return { computerId: String(index + 1), issuedAt: expiresAt - 365 * DAY, expiresAt };
  });
}

const total = (days: readonly { planned: number }[]) => days.reduce((sum, { planned }) => sum + planned, 0);

describe('a fleet enrolled in two weeks', () => {
  test('exceeds the configured limits: the forecast says so in advance, and names the limit', () => {
    const seen = forecast(fleet(10_000), watch(), outlookWith({ hourlyCap: 50, inFlight: 10 }));
    expect(seen.capacity).toEqual({ perDay: 10 * HOURS, boundBy: 'in-flight-cap' });
    expect(seen.shortAt).toBe(NOW + 56 * DAY);
    expect(seen.lapsesAt).toBe(NOW + 67 * DAY);
    expect(seen.lapsing).toBeGreaterThan(7_000);
    expect(seen.advice?.caps).not.toBeNull();
  });

  test('is assessed with configured limits in the same way as with a calculated capacity', () => {
    const settings = { hourlyCap: 10, inFlight: 'auto', caLimit: CA_LIMIT } as const;
    const expiring = new Array<number>(80).fill(0);
    for (const { expiresAt } of fleet(10_000)) {
      const day = Math.floor((expiresAt - NOW) / DAY);
      expiring[day] = (expiring[day] ?? 0) + 1;
    }
    const need = { now: NOW, expiring, lifetimeMs: 365 * DAY, windowMs: 30 * DAY, jitterMs: 0, seenShare: 1 };
    const { shortage } = chooseCapacity(settings, { ...need, inventoryAgeMs: DAY, canaryMs: 0 });
    const seen = forecast(fleet(10_000), watch(), outlookWith(settings));
    expect(seen.capacity).toEqual(largestCapacity(settings, 1));
    expect([shortage === null, seen.shortAt === null]).toEqual([false, false]);
  });

  test('fits the recommended limits, and does not fit one certificate per hour less', () => {
    const { advice } = forecast(fleet(10_000), watch(), outlook);
    const caps = advice?.caps ?? { hourlyCap: 0, inFlight: 0 };
    expect(advice?.caLimit).toBeNull();
    const advised = forecast(fleet(10_000), watch(), outlookWith(caps));
    expect(advised).toMatchObject({ shortAt: null, lapsesAt: null, advice: null });
    const less = outlookWith({ hourlyCap: caps.hourlyCap - 1, inFlight: caps.inFlight });
    expect(forecast(fleet(10_000), watch(), less).shortAt).not.toBeNull();
  });

  test('gets recommended limits that name a limit of the CA that they exceed', () => {
    const { advice } = forecast(fleet(10_000), watch(), outlookWith({ hourlyCap: 50, caLimit: 60 }));
    const { caps, caLimit } = advice ?? { caps: null, caLimit: null };
    expect(caps?.hourlyCap).toBeGreaterThan(60);
    expect(caLimit).toBe(caps?.hourlyCap);
    const advised = outlookWith({ hourlyCap: caps?.hourlyCap ?? 0, caLimit: caLimit ?? 0 });
    expect(forecast(fleet(10_000), watch(), advised).shortAt).toBeNull();
  });

  test('fits the recommended window with the current limits', () => {
    const slow = outlookWith({ hourlyCap: 80 });
    const { advice } = forecast(fleet(10_000), watch(), slow);
    expect(advice?.windowMs).toBeGreaterThan(30 * DAY);
    const wider = watch({ policy: { window: advice?.windowMs ?? 0 } });
    expect(forecast(fleet(10_000), wider, slow).shortAt).toBeNull();
  });
});

describe('limits that Recert chooses', () => {
  const chosenUpTo = (caLimit: number) => outlookWith({ caLimit });

  test('are planned with the largest capacity, not with the current values', () => {
    const rules = watch({ policy: { hourlyCap: 20, inFlight: 40 } });
    const seen = forecast(fleet(10_000), rules, chosenUpTo(600));
    expect(seen.capacity).toEqual({ perDay: 300 * HOURS, boundBy: 'ca-limit' });
    expect(seen.shortAt).toBeNull();
  });

  test('need the recommended limit of the CA, and one request per hour less is not enough', () => {
    const { advice } = forecast(fleet(10_000), watch(), chosenUpTo(30));
    expect(advice?.caps).toBeNull();
    const limit = advice?.caLimit ?? 0;
    expect(limit).toBeGreaterThan(30);
    expect(forecast(fleet(10_000), watch(), chosenUpTo(limit)).shortAt).toBeNull();
    expect(forecast(fleet(10_000), watch(), chosenUpTo(limit - 1)).shortAt).not.toBeNull();
  });
});

test('a window that is a share of the lifetime gives the same plan as the equal duration', () => {
  const share = forecast(fleet(1_000), watch({ policy: { window: { share: 30 / 365 } } }), outlook);
  expect(share.windowMs).toBe(30 * DAY);
  expect(share).toEqual(forecast(fleet(1_000), watch(), outlook));
});

test('the plan starts with overdue and expired Macs, and names no limit as their cause', () => {
  const dates = [...fleet(5, { first: -3, spread: 1 }), ...fleet(5, { first: 2, spread: 1 })];
  const seen = forecast(dates, watch(), outlook);
  expect(seen.days[0]).toMatchObject({ due: 10, planned: 10, waiting: 0 });
  expect(seen.shortAt).toBeNull();
});

test('a Mac that expires in the queue counts as expired, even if it was overdue before', () => {
  const slow = outlookWith({ hourlyCap: 1 });
  expect(forecast(fleet(200, { first: 2, spread: 1 }), watch(), slow).lapsesAt).not.toBeNull();
});

test('a day of the plan contains the Macs that the assessment finds due on that day', () => {
  const rules = watch();
  const dates = fleet(300);
  const { days } = forecast(dates, rules, outlookWith({ caLimit: 100_000 }));
  const dueBy = (day: number) =>
    dates.filter(({ computerId, issuedAt, expiresAt }) => {
      const certificates = [
        {
          subject: `CN=${rules.blue.identifier}`,
          serialNumber: '1',
          fingerprint: '',
          issuedAt,
          expiresAt,
          identity: true,
          active: true,
          username: '',
        },
      ];
      const at = NOW + day * DAY;
      const computer = {
        id: computerId,
        certificates,
        reportedAt: at,
        groupIds: ['20'],
        department: '',
        building: '',
      };
      return assess(computer, rules, at).state !== 'healthy';
    }).length;
  for (const day of [34, 38, 42, 46, 60]) expect(total(days.slice(0, day)), `by day ${day}`).toBe(dueBy(day));
});

test('the plan never exceeds the limits, contains every Mac, and starts no Mac before it is due', () => {
  const dates = fc.array(
    fc.record({ left: fc.integer({ min: -20, max: 500 }), lifetime: fc.integer({ min: 20, max: 800 }) }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(
      dates,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 50 }),
      (some, hourlyCap, inFlight) => {
        const certificates = some.map(({ left, lifetime }, index) => ({
          computerId: String(index),
          issuedAt: NOW + (left - lifetime) * DAY,
          expiresAt: NOW + left * DAY,
        }));
        const seen = forecast(certificates, watch(), outlookWith({ hourlyCap, inFlight }));
        let due = 0;
        let planned = 0;
        for (const day of seen.days) {
          due += day.due;
          planned += day.planned;
          expect(day.planned).toBeLessThanOrEqual(Math.ceil(seen.capacity.perDay));
          expect(planned).toBeLessThanOrEqual(due);
          expect(day.waiting).toBe(due - planned);
        }
        expect(planned).toBeLessThanOrEqual(seen.capacity.perDay * seen.days.length + 1);
        expect(seen.shortAt === null).toBe(seen.late === 0);
      },
    ),
    { numRuns: 200 },
  );
});
