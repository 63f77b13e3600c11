export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** An outage, with times relative to the start of the simulation, milliseconds. */
export interface Outage {
  afterMs: number;
  forMs: number;
}

/** A fleet and the events that affect it. The scenario is the same for every policy. */
export interface Scenario {
  computers: number;
  seed: number;
  /** Start of the simulation: a Monday, 00:00 UTC (epoch milliseconds). */
  startAt: number;
  days: number;
  /** Certificate lifetime, milliseconds. */
  lifetimeMs: number;
  /** Number of certificates that expire on each day. The first entry is the first day of the simulation. */
  expiring: readonly number[];
  away: { share: number; forMs: number; leavingFromMs: number; leavingToMs: number };
  /** Outages in which neither the Macs nor Recert can reach Jamf Pro. */
  jamfOutages: readonly Outage[];
  ca: {
    /**
     * Number of requests per minute that the CA accepts. It answers further requests with HTTP 429. The number is an
     * assumption, because Okta publishes no limit.
     */
    perMinute: number;
    /** Share of enrollments that fail. Each fails independently of the others. */
    failing: number;
    /** Share of the failing enrollments that fail after the CA has issued the certificate. */
    issuedAnyway: number;
    outages: readonly Outage[];
  };
  push: {
    /** Share of pushes that never arrive. */
    lost: number;
    /** Share of commands that a Mac receives late, up to `slowMs` later. */
    slow: number;
    slowMs: number;
  };
  inventoryEveryMs: number;
  /** Share of webhooks that never arrive. */
  lostWebhooks: number;
  /** An expiry counts as avoidable when the Mac was online for more than `onlineMs` in the last `windowMs` before it. */
  avoidable: { windowMs: number; onlineMs: number };
  /** Time until an operator handles a Mac that needs attention, milliseconds. */
  personMs: number;
}

/**
 * Returns the scenario of the acceptance test: a fleet that was rolled out in two weeks becomes due, with two
 * outages of Jamf Pro and Macs that are away for a month.
 */
export function rollOutScenario(fields: Partial<Scenario> & { computers: number }): Scenario {
  const { computers } = fields;
  return {
    seed: 1,
    startAt: Date.UTC(2027, 0, 4),
    days: 365,
    lifetimeMs: 365 * DAY_MS,
    expiring: rollOut(computers, { afterDays: 90, inDays: 14 }),
    away: { share: 0.05, forMs: 30 * DAY_MS, leavingFromMs: 20 * DAY_MS, leavingToMs: 100 * DAY_MS },
    jamfOutages: [
      { afterMs: 36 * DAY_MS + 8 * HOUR_MS, forMs: 8 * HOUR_MS },
      { afterMs: 64 * DAY_MS + 8 * HOUR_MS, forMs: 8 * HOUR_MS },
    ],
    ca: { perMinute: 100, failing: 0.02, issuedAnyway: 0.5, outages: [] },
    push: { lost: 0.03, slow: 0.15, slowMs: 13 * HOUR_MS },
    inventoryEveryMs: 7 * DAY_MS,
    lostWebhooks: 0.02,
    avoidable: { windowMs: 27 * DAY_MS, onlineMs: 0 },
    personMs: 2 * DAY_MS,
    ...fields,
  };
}

/** Returns the number of expiries per day of a fleet that was enrolled evenly over `inDays` days. */
export function rollOut(
  computers: number,
  { afterDays, inDays }: { afterDays: number; inDays: number },
): readonly number[] {
  return Array.from({ length: afterDays + inDays }, (_, day) => {
    const nth = day - afterDays;
    if (nth < 0) return 0;
    return Math.floor((computers * (nth + 1)) / inDays) - Math.floor((computers * nth) / inDays);
  });
}
