import { OVERDUE_SHARE, windowOf } from '../assess.js';
import type { DailyCapacity } from '../capacity/bounds.js';
import { largestCapacity } from '../capacity/capacity.js';
import type { CapacitySettings } from '../capacity/chosen.js';
import { type Advice, adviceFor } from './advice.js';
import { type CertificateDates, cellsOf, DAY_MS, lifetimeOf, type Rules } from './cells.js';
import { type PlannedDay, planDays } from './plan.js';

export type { Advice } from './advice.js';
export type { CertificateDates, Rules } from './cells.js';

/** One day of the forecast. `at` is the start of the day; day 0 begins now. */
export interface ForecastDay extends PlannedDay {
  at: number;
  /** Number of certificates in use today that expire on this day if they are not renewed. */
  expiring: number;
}

/** Expiries and planned redistributions, and whether the capacity is sufficient. Times are epoch milliseconds. */
export interface Forecast {
  from: number;
  lifetimeMs: number;
  /** Renewal window of a certificate with the typical lifetime, milliseconds. */
  windowMs: number;
  days: readonly ForecastDay[];
  /** Number of redistributions that are possible per day, and which limit determines it. */
  capacity: DailyCapacity;
  /** The first day on which a Mac becomes overdue for lack of capacity; `null` when the capacity is sufficient. */
  shortAt: number | null;
  /** The first day on which a certificate expires for lack of capacity. */
  lapsesAt: number | null;
  late: number;
  lapsing: number;
  /** Changes that make the capacity sufficient; `null` when it is sufficient. */
  advice: Advice | null;
}

/** The period that a forecast covers, and the limits. */
export interface Outlook {
  now: number;
  days: number;
  /** The plan uses the largest capacity that these settings allow. */
  settings: CapacitySettings;
  /** See `FleetNeed`. */
  seenShare: number | null;
}

/**
 * Calculates expiries, due dates and planned redistributions per day within the limits. Adds advice if the capacity is
 * insufficient. The dates are those that the assessment uses. The plan assumes that every redistribution succeeds. The
 * last third of the renewal window is the reserve for offline Macs and failed enrollments, so capacity is insufficient
 * as soon as a Mac still waits in that third.
 */
export function forecast(
  dates: readonly CertificateDates[],
  rules: Rules,
  { now, days, settings, seenShare }: Outlook,
): Forecast {
  const lifetimeMs = lifetimeOf(dates);
  const capacity = largestCapacity(settings, seenShare);
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
    advice: shortAt === null ? null : adviceFor(dates, rules, { now, settings, seenShare, terms }),
  };
}
