import { OVERDUE_SHARE, windowOf } from '../assess.js';
import { type Advice, adviceFor } from './advice.js';
import { type CertificateDates, cellsOf, DAY_MS, lifetimeOf, type Rules } from './cells.js';
import { type PlannedDay, planDays } from './plan.js';

export type { Advice } from './advice.js';
export type { CertificateDates, Rules } from './cells.js';

/** One day of the forecast. `at`: when it begins; day 0 begins now. */
export interface ForecastDay extends PlannedDay {
  at: number;
  /** Certificates of today that expire on this day, were nothing done. */
  expiring: number;
}

/** How much can be redistributed in a day, and which cap says so. */
export interface Capacity {
  perDay: number;
  boundBy: 'hourly-cap' | 'in-flight-cap';
}

/** What is coming, and whether the caps will do. */
export interface Forecast {
  from: number;
  lifetimeMs: number;
  /** The window of a certificate that lasts as long. */
  windowMs: number;
  days: readonly ForecastDay[];
  capacity: Capacity;
  /** The first day on which a Mac becomes overdue because others had the room; `null` when the caps will do. */
  shortAt: number | null;
  /** The first day on which a certificate expires for that reason. */
  lapsesAt: number | null;
  late: number;
  lapsing: number;
  /** What would do; `null` when nothing has to change. */
  advice: Advice | null;
}

/** What a forecast looks at. */
export interface Outlook {
  now: number;
  days: number;
  /**
   * From the trigger to the inventory that proves it, on average: so long each counts against the in-flight cap. With inventory once a
   * week it is half a week.
   */
  proofMs: number;
}

/**
 * Expiries, due dates and planned redistributions a day, under the caps of the policy; and when the caps do not do, what would. Pure,
 * and by the milestones by which each Mac is assessed. It plans with the expectation: Macs that are away and enrolments that fail are
 * what the last third of the window is for, so capacity does not do as soon as somebody waits into that.
 */
export function forecast(
  dates: readonly CertificateDates[],
  rules: Rules,
  { now, days, proofMs }: Outlook,
): Forecast {
  const lifetimeMs = lifetimeOf(dates);
  const capacity = capacityOf(rules, proofMs);
  const windowMs = windowOf(rules.policy, lifetimeMs);
  const terms = { days, lifetimeMs, windowMs, overdueShare: OVERDUE_SHARE };
  const planned = planDays(cellsOf(dates, rules, now), { ...terms, perDay: capacity.perDay });
  const expiring = new Map<number, number>();
  for (const { expiresAt } of dates) {
    const day = Math.floor((expiresAt - now) / DAY_MS);
    expiring.set(day, (expiring.get(day) ?? 0) + 1);
  }
  const firstDay = (field: 'late' | 'lapsing') => {
    const day = planned.findIndex((one) => one[field] > 0);
    return day === -1 ? null : now + day * DAY_MS;
  };
  const shortAt = firstDay('late');
  return {
    from: now,
    lifetimeMs,
    windowMs,
    days: planned.map((one, day) => ({ at: now + day * DAY_MS, expiring: expiring.get(day) ?? 0, ...one })),
    capacity,
    shortAt,
    lapsesAt: firstDay('lapsing'),
    late: planned.reduce((total, { late }) => total + late, 0),
    lapsing: planned.reduce((total, { lapsing }) => total + lapsing, 0),
    advice:
      shortAt === null ? null : adviceFor(dates, rules, { now, proofMs, perDay: capacity.perDay, terms }),
  };
}

/** Each cap alone, whichever is less. */
function capacityOf({ policy }: Rules, proofMs: number): Capacity {
  const hourly = policy.hourlyCap * 24;
  const inFlight = (policy.inFlight * DAY_MS) / Math.max(proofMs, 1);
  return inFlight < hourly
    ? { perDay: inFlight, boundBy: 'in-flight-cap' }
    : { perDay: hourly, boundBy: 'hourly-cap' };
}
