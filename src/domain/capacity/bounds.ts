/**
 * Default limit of certificate requests to the CA per hour. Okta publishes no limit. According to one field report, the
 * CA returned 429 after a profile was sent to about 100 Macs at once, so 100 requests a minute are too many. A tenth of
 * that rate leaves capacity for other clients of the CA, and for requests of several minutes that arrive together.
 */
export const DEFAULT_CA_LIMIT = 600;

/**
 * The lowest hourly limit that Recert chooses. A lower limit has no advantage for a small fleet, and on a Monday the
 * renewals of three days are due.
 */
export const LEAST_HOURLY_CAP = 20;

/** The concurrency limit is this multiple of the hourly limit, because some Macs answer only after hours. */
export const FLIGHT_HOURS = 2;

/** Hours a day in which a Mac that is in use is online. */
const ONLINE_HOURS = 8;

/**
 * Average number of hours for which an attempt counts toward the limit of the CA: about one hour until the Mac requests
 * the certificate (`ANSWER_HOURS`), and one hour after the request. Most Macs answer within minutes, but about 15 of
 * 100 take up to half a day.
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
  // `largestOf` lowers the limit of the CA to an explicit rate limit. The rate limit is then reported as the cause.
  const byCa = {
    perDay: (caLimit / PERMIT_HOURS) * hours,
    boundBy: caLimit <= hourlyCap ? ('hourly-cap' as const) : ('ca-limit' as const),
  };
  return [byCa, byRate, byFlight].reduce((least, one) => (one.perDay < least.perDay ? one : least));
}

/**
 * Returns how many attempts may be sent per minute: a sixtieth of the hourly limit of the CA, so that requests do not arrive all at once.
 */
export function perMinuteOf(caLimit: number): number {
  return Math.max(1, Math.ceil(caLimit / 60));
}
