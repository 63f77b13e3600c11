/**
 * Certificate requests that the CA may get in an hour unless the configuration says otherwise. Okta publishes no limit. One field report
 * has 429 responses when about 100 Macs were sent a profile at once, so about 100 a minute is too much. A tenth of that leaves room for
 * other clients of the CA, and for several minutes whose requests come together.
 */
export const DEFAULT_CA_LIMIT = 600;

/** The lowest rate that Recert chooses: a small fleet gains nothing from less, and a Monday has the work of three days. */
export const LEAST_HOURLY_CAP = 20;

/** Times as many attempts in progress as are sent in an hour: some Macs answer hours later. */
export const FLIGHT_HOURS = 2;

/** Hours a day in which a Mac that is in use is online. */
const ONLINE_HOURS = 8;

/**
 * Hours for which an attempt counts toward the limit of the CA: one after the request, and one until the Mac requests on average. Most
 * Macs answer within minutes, but about 15 of 100 take up to half a day.
 */
const PERMIT_HOURS = 2;
export const ANSWER_HOURS = 1;

/** The limits that determine how many Macs can be renewed. */
export interface Limits {
  readonly hourlyCap: number;
  readonly inFlight: number;
  readonly caLimit: number;
}

/** Number of renewals that are possible per day, averaged over a week, and the limit that determines this number. */
export interface DailyCapacity {
  perDay: number;
  boundBy: 'hourly-cap' | 'in-flight-cap' | 'ca-limit';
}

/** Returns how many renewals per day the limits allow. `activeShare`: share of the Macs that are in use on an average day. */
export function dailyCapacity({ hourlyCap, inFlight, caLimit }: Limits, activeShare = 5 / 7): DailyCapacity {
  const hours = ONLINE_HOURS * activeShare;
  const byRate = { perDay: hourlyCap * hours, boundBy: 'hourly-cap' as const };
  const byFlight = { perDay: (inFlight / ANSWER_HOURS) * hours, boundBy: 'in-flight-cap' as const };
  // An explicit rate limit is the limit of the CA, too.
  const byCa = {
    perDay: (caLimit / PERMIT_HOURS) * hours,
    boundBy: caLimit <= hourlyCap ? ('hourly-cap' as const) : ('ca-limit' as const),
  };
  return [byCa, byRate, byFlight].reduce((least, one) => (one.perDay < least.perDay ? one : least));
}

/** Returns how many attempts may be sent in a minute: a sixtieth of the hourly limit of the CA, so that the requests do not arrive all at once. */
export function perMinuteOf(caLimit: number): number {
  return Math.max(1, Math.ceil(caLimit / 60));
}
