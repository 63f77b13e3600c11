import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assess } from '../../../../src/domain/assess.js';
import { type CertificateDates, forecast } from '../../../../src/domain/forecast/forecast.js';
import { DAY, NOW, watch } from '../support/fleet.js';

const outlook = { now: NOW, days: 365, proofMs: 3.5 * DAY };

function fleet(count: number, { first = 65, spread = 14 } = {}): CertificateDates[] {
  return Array.from({ length: count }, (_, index) => {
    const expiresAt = NOW + (first + (index / count) * spread) * DAY;
    return { computerId: String(index + 1), issuedAt: expiresAt - 365 * DAY, expiresAt };
  });
}

const total = (days: readonly { planned: number }[]) => days.reduce((sum, { planned }) => sum + planned, 0);

describe('a fleet enrolled in two weeks', () => {
  test('is too much for the default caps: it says so beforehand, and which cap is in the way', () => {
    const seen = forecast(fleet(10_000), watch(), outlook);
    expect(seen.capacity).toEqual({ perDay: 100 / 3.5, boundBy: 'in-flight-cap' });
    expect(seen.shortAt).toBe(NOW + 55 * DAY);
    expect(seen.lapsesAt).toBe(NOW + 66 * DAY);
    expect(seen.lapsing).toBeGreaterThan(8_000);
    expect(seen.advice?.caps).not.toBeNull();
  });

  test('the advised caps do, and one certificate an hour less does not', () => {
    const { advice } = forecast(fleet(10_000), watch(), outlook);
    const caps = advice?.caps ?? { hourlyCap: 0, inFlight: 0 };
    const advised = forecast(fleet(10_000), watch({ policy: caps }), outlook);
    expect(advised).toMatchObject({ shortAt: null, lapsesAt: null, advice: null });
    const less = watch({ policy: { ...caps, hourlyCap: caps.hourlyCap - 1 } });
    expect(forecast(fleet(10_000), less, outlook).shortAt).not.toBeNull();
  });

  test('the advised window does under the caps as they are', () => {
    const rules = watch({ policy: { hourlyCap: 10, inFlight: 1_000 } });
    const { advice } = forecast(fleet(10_000), rules, outlook);
    expect(advice?.windowMs).toBeGreaterThan(30 * DAY);
    const wider = watch({ policy: { ...rules.policy, window: advice?.windowMs ?? 0 } });
    expect(forecast(fleet(10_000), wider, outlook).shortAt).toBeNull();
  });
});

describe('limits that Recert chooses', () => {
  const chosenUpTo = (caLimit: number) => ({
    ...outlook,
    choice: { settings: { hourlyCap: 'auto', inFlight: 'auto', caLimit } as const, seenShare: 1 },
  });

  test('are planned with the largest capacity, whatever the current ones are', () => {
    const rules = watch({ policy: { hourlyCap: 20, inFlight: 40 } });
    const seen = forecast(fleet(10_000), rules, chosenUpTo(600));
    expect(seen.capacity).toEqual({ perDay: 300 * 8 * (5 / 7), boundBy: 'ca-limit' });
    expect(seen.shortAt).toBeNull();
  });

  test('do not depend on the time that the proof takes', () => {
    const slow = { ...chosenUpTo(600), proofMs: 20 * DAY };
    expect(forecast(fleet(10_000), watch(), slow)).toEqual(forecast(fleet(10_000), watch(), chosenUpTo(600)));
  });

  test('need the advised limit of the CA, and one request an hour less is not enough', () => {
    const { advice } = forecast(fleet(10_000), watch(), chosenUpTo(30));
    expect(advice?.caps).toBeNull();
    const limit = advice?.caLimit ?? 0;
    expect(limit).toBeGreaterThan(30);
    expect(forecast(fleet(10_000), watch(), chosenUpTo(limit)).shortAt).toBeNull();
    expect(forecast(fleet(10_000), watch(), chosenUpTo(limit - 1)).shortAt).not.toBeNull();
  });
});

test('a window that is a share of the lifetime plans as the same time does', () => {
  const share = forecast(fleet(1_000), watch({ policy: { window: { share: 30 / 365 } } }), outlook);
  expect(share.windowMs).toBe(30 * DAY);
  expect(share).toEqual(forecast(fleet(1_000), watch(), outlook));
});

test('what is overdue or expired already is planned first and blames no cap', () => {
  const dates = [...fleet(5, { first: -3, spread: 1 }), ...fleet(5, { first: 2, spread: 1 })];
  const seen = forecast(dates, watch(), outlook);
  expect(seen.days[0]).toMatchObject({ due: 10, planned: 10, waiting: 0 });
  expect(seen.shortAt).toBeNull();
});

test('an expiry in line is a lapse even for a Mac that was overdue before', () => {
  const rules = watch({ policy: { hourlyCap: 1, inFlight: 1_000 } });
  expect(forecast(fleet(200, { first: 2, spread: 1 }), rules, outlook).lapsesAt).not.toBeNull();
});

test('a day of the plan has the Macs that assessment finds due on that day', () => {
  const rules = watch();
  const dates = fleet(300);
  const { days } = forecast(dates, watch({ policy: { hourlyCap: 1_000, inFlight: 100_000 } }), outlook);
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

test('always: never more than the caps allow, nobody lost, nobody planned before due', () => {
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
        const seen = forecast(certificates, watch({ policy: { hourlyCap, inFlight } }), outlook);
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
