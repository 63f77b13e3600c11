import { OVERDUE_SHARE } from '../assess.js';
import { planDays } from '../forecast/plan.js';
import { type DailyCapacity, dailyCapacity, FLIGHT_HOURS, LEAST_HOURLY_CAP, type Limits } from './bounds.js';
import type { CapacitySettings, ChosenCapacity, Shortage } from './chosen.js';
import { type Lead, leadsFrom, leadsOn } from './leads.js';

const DAY_MS = 86_400_000;

/** Data of a fleet that determines the capacity that it needs. Instants and durations are in milliseconds. */
export interface FleetNeed {
  now: number;
  /** Number of certificates that expire on each day from now; those that have expired are on day 0. */
  expiring: readonly number[];
  lifetimeMs: number;
  windowMs: number;
  jitterMs: number;
  /** Share of the Macs in scope that were in contact within the last day; `null` when no contact is known. */
  seenShare: number | null;
  /** Median age of the inventory of these Macs: half of the interval in which they report. */
  inventoryAgeMs: number;
  /** Longest remaining duration of the canary; 0 when it is complete. */
  canaryMs: number;
  /**
   * Whether only Jamf Pro's own setting renews these certificates. Jamf Pro then determines the day, and the limits of Recert do not
   * apply.
   */
  nativeOnly?: boolean;
}

/**
 * Minimum share of the fleet that is assumed to be in use. Without this minimum, a sweep on a holiday would plan as if the fleet were
 * hardly used all year.
 */
const LEAST_ACTIVE = 1 / 2;
const WORKING_DAYS = 5 / 7;
/** Number of days whose due Macs are renewed on a Monday, because few Macs are in use on a weekend. */
const MONDAY_DAYS = 3;
/** Highest limit of the CA that is tried as a remedy for a shortage, in requests per hour. No CA issues this many certificates. */
export const MOST_CA_LIMIT = 2 ** 17;

const NATIVE_ONLY =
  "Jamf Pro's own setting renews the certificates, without these limits: renewals do not begin earlier than the renewal window.";

/**
 * Chooses the limits of a watched profile from its fleet, and how much earlier certificates become due where many
 * expire close together. `previous`: the leads of the previous choice. A lead is never shortened, because a Mac that is
 * due must not become healthy again without a renewal.
 */
export function chooseCapacity(
  settings: CapacitySettings,
  need: FleetNeed,
  previous: readonly Lead[] = [],
): ChosenCapacity {
  const most = largestOf(settings);
  const active = activeShare(need);
  const { perDay } = dailyCapacity(most, active);
  const spread = spreadOut(need, perDay);
  const firstDay = Math.floor(need.now / DAY_MS);
  const before = leadsOn(previous, firstDay, need.expiring.length);
  const days = spread.leads.map((lead, day) =>
    (need.expiring[day] ?? 0) > 0 ? Math.max(lead, before[day] ?? 0) : lead,
  );
  const limits = limitsFor(settings, spread.busiest, active);
  // With an earlier due date, a renewal that Jamf Pro has not begun yet would count as a failure of its setting.
  if (need.nativeOnly === true)
    return { at: need.now, ...limits, leads: [], why: [NATIVE_ONLY], shortage: null };
  const shortage = shortageOf(need, days, perDay);
  return {
    at: need.now,
    ...limits,
    // The last entry applies to all later days of expiry. Certificates that are issued later expire on those days.
    leads: leadsFrom(firstDay, [...days, spread.base]),
    why: whyOf({ settings, need, limits, days, busiest: spread.busiest, base: spread.base }),
    shortage: shortage === null ? null : { ...shortage, neededCaLimit: neededCaLimit(settings, need, days) },
  };
}

/**
 * Returns the largest capacity that the settings allow, and the limit that determines it. If Recert chooses the rate
 * limit, or an explicit rate limit is higher than the limit of the CA, the limit of the CA is reported instead of the
 * rate limit.
 */
export function largestCapacity(settings: CapacitySettings, seenShare: number | null): DailyCapacity {
  const { perDay, boundBy } = dailyCapacity(largestOf(settings), activeShare({ seenShare }));
  const { hourlyCap, caLimit } = settings;
  const byCa = boundBy === 'hourly-cap' && (hourlyCap === 'auto' || hourlyCap > caLimit);
  return { perDay, boundBy: byCa ? 'ca-limit' : boundBy };
}

/** Returns the largest limits that the settings allow. An explicit rate limit also limits the certificate requests that the CA gets. */
export function largestOf({ hourlyCap, inFlight, caLimit }: CapacitySettings): Limits {
  const hourly = hourlyCap === 'auto' ? caLimit : hourlyCap;
  return {
    hourlyCap: hourly,
    inFlight: inFlight === 'auto' ? Math.min(FLIGHT_HOURS * hourly, Math.max(caLimit, hourly)) : inFlight,
    caLimit: Math.min(caLimit, hourly),
  };
}

/** Share of the fleet that is in use on an average day of a week. */
function activeShare({ seenShare }: Pick<FleetNeed, 'seenShare'>): number {
  return WORKING_DAYS * Math.max(seenShare ?? 1, LEAST_ACTIVE);
}

/** Returns the lowest limits with which the renewals of a Monday are completed within that day. */
function limitsFor(settings: CapacitySettings, busiest: number, active: number): Limits {
  const { hourlyCap, inFlight, caLimit } = settings;
  const most = largestOf(settings);
  if (hourlyCap !== 'auto') return most;
  const hours = dailyCapacity(
    { hourlyCap: 1, inFlight: Infinity, caLimit: Infinity },
    active / WORKING_DAYS,
  ).perDay;
  const wanted = Math.ceil((MONDAY_DAYS * busiest) / hours);
  const chosen = Math.min(Math.max(wanted, LEAST_HOURLY_CAP), caLimit);
  return {
    hourlyCap: chosen,
    inFlight: inFlight === 'auto' ? Math.min(FLIGHT_HOURS * chosen, caLimit) : inFlight,
    caLimit,
  };
}

/**
 * Spreads the renewals so that each day has at most `perDay` of them. Starts with the certificates that expire last and
 * proceeds to earlier expiries. A certificate becomes due at the start of the renewal window, or on the latest earlier
 * day that has capacity left, but not before half of its lifetime.
 */
function spreadOut(need: FleetNeed, perDay: number): { leads: number[]; busiest: number; base: number } {
  const { expiring, windowMs, lifetimeMs } = need;
  const window = windowMs / DAY_MS;
  const base = baseLead(need);
  const longest = Math.max(base, Math.floor(lifetimeMs / 2 / DAY_MS - window));
  const leads = new Array<number>(expiring.length).fill(base);
  const used = new Map<number, number>();
  let day = Infinity;
  for (let expiry = expiring.length - 1; expiry >= 0; expiry -= 1) {
    let left = expiring[expiry] ?? 0;
    if (left === 0) continue;
    const latest = Math.floor(expiry - window - base);
    const earliest = Math.floor(expiry - window - longest);
    day = Math.max(Math.min(day, latest), earliest);
    while (left > 0) {
      const taken = Math.min(left, Math.max(0, perDay - (used.get(day) ?? 0)));
      used.set(day, (used.get(day) ?? 0) + taken);
      left -= taken;
      if (left > 0 && day <= earliest) break;
      if (left > 0) day -= 1;
    }
    leads[expiry] = base + latest - day;
  }
  const late = [...used].filter(([at]) => at <= 0).reduce((sum, [, count]) => sum + count, 0);
  const ahead = [...used].filter(([at]) => at > 0).map(([, count]) => count);
  return { leads, base, busiest: Math.max(late / MONDAY_DAYS, ...ahead) };
}

/**
 * Returns the number of days that are added to every renewal window. They compensate for the jitter, which only
 * shortens the window, and for the time that Macs wait for the waves of the canary. A renewal therefore begins at the
 * start of the configured window at the latest.
 */
function baseLead({ jitterMs, canaryMs }: FleetNeed): number {
  return Math.ceil((jitterMs + canaryMs) / DAY_MS);
}

/**
 * Returns the first day on which Macs become overdue because they wait for capacity, and the total number of such Macs.
 * Returns `null` if there are none.
 */
function shortageOf(
  { now, expiring, windowMs, lifetimeMs }: FleetNeed,
  leads: readonly number[],
  perDay: number,
): Omit<Shortage, 'neededCaLimit'> | null {
  const window = windowMs / DAY_MS;
  const cells = expiring.flatMap((count, end) => {
    const late = Math.floor(end - window * OVERDUE_SHARE);
    const due = Math.max(0, Math.floor(end - window - (leads[end] ?? 0)));
    return count === 0 ? [] : [{ due, late: late < 0 ? Infinity : late, end, count }];
  });
  const days = expiring.length;
  const planned = planDays(cells, { days, perDay, lifetimeMs, windowMs, overdueShare: OVERDUE_SHARE });
  const first = planned.findIndex(({ late }) => late > 0);
  if (first === -1) return null;
  return { at: now + first * DAY_MS, computers: planned.reduce((sum, { late }) => sum + late, 0) };
}

function neededCaLimit(settings: CapacitySettings, need: FleetNeed, leads: readonly number[]): number | null {
  const suffices = (caLimit: number) => {
    const { perDay } = dailyCapacity(
      largestOf({ ...settings, hourlyCap: 'auto', caLimit }),
      activeShare(need),
    );
    return shortageOf(need, leads, perDay) === null;
  };
  for (let limit = 2 * settings.caLimit; limit <= MOST_CA_LIMIT; limit *= 2)
    if (suffices(limit)) return limit;
  return null;
}

function whyOf({
  settings,
  need,
  limits,
  days,
  busiest,
  base,
}: {
  settings: CapacitySettings;
  need: FleetNeed;
  limits: Limits;
  days: readonly number[];
  busiest: number;
  base: number;
}): readonly string[] {
  const macs = need.expiring.reduce((sum, count) => sum + count, 0);
  const longest = days.reduce(
    (most, lead, day) => ((need.expiring[day] ?? 0) > 0 ? Math.max(most, lead) : most),
    0,
  );
  const seen =
    need.seenShare === null ? '' : `, ${Math.round(100 * need.seenShare)} % of them in contact within a day`;
  const explicit = settings.hourlyCap !== 'auto';
  return [
    explicit
      ? `The configuration sets ${count(limits.hourlyCap)} an hour.`
      : `Chosen: ${count(limits.hourlyCap)} an hour, because the busiest day has ${count(Math.ceil(busiest))} of ${count(macs)} Macs to renew${seen}, and a Monday has the renewals of ${MONDAY_DAYS} days.`,
    ...(explicit || limits.hourlyCap < limits.caLimit
      ? []
      : [
          `A higher rate limit is not allowed: the CA may get at most ${count(limits.caLimit)} requests an hour (capacity.caLimit).`,
        ]),
    `At most ${count(limits.inFlight)} commands wait for an answer at the same time. A Mac that has answered no longer counts, although its new certificate is verified only with the next inventory (reported about every ${inDays(2 * need.inventoryAgeMs)}).`,
    longest <= base
      ? `Renewals begin up to ${base} ${base === 1 ? 'day' : 'days'} before the renewal window, so that the jitter and the canary do not delay a renewal beyond the start of the window.`
      : `Renewals begin up to ${longest} days before the renewal window, because many certificates expire close together.`,
  ];
}

function count(number: number): string {
  return number.toLocaleString('en');
}

function inDays(ms: number): string {
  const hours = Math.max(1, Math.round(ms / 3_600_000));
  return hours < 48 ? `${hours} ${hours === 1 ? 'hour' : 'hours'}` : `${Math.round(hours / 24)} days`;
}
