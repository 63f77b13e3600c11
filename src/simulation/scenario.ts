export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** A time without something, from the start of the run, milliseconds. */
export interface Outage {
  afterMs: number;
  forMs: number;
}

/** A fleet, and what happens to it. The same scenario is the same to the second for every policy. */
export interface Scenario {
  computers: number;
  seed: number;
  /** A Monday, 00:00 UTC (epoch milliseconds). */
  startAt: number;
  days: number;
  /** Of a certificate, milliseconds. */
  lifetimeMs: number;
  /** How many certificates expire on each day from the start: the fleet as it is. */
  expiring: readonly number[];
  away: { share: number; forMs: number; leavingFromMs: number; leavingToMs: number };
  /** Nobody reaches Jamf Pro, neither Macs nor Recert. */
  jamfOutages: readonly Outage[];
  ca: {
    /** It answers 429 beyond. Source: redistribution.md, a re-push of some hundred Macs did. */
    perMinute: number;
    /** Share of enrolments that fail, each by itself. */
    failing: number;
    /** Share of those that fail after the certificate was issued: on the Mac, or on the way. */
    issuedAnyway: number;
    outages: readonly Outage[];
  };
  push: {
    /** Share of pushes that never arrive. */
    lost: number;
    /** Share of commands that a Mac takes late, up to `slowMs`. */
    slow: number;
    slowMs: number;
  };
  inventoryEveryMs: number;
  /** Share of webhooks that never arrive. */
  lostWebhooks: number;
  /** An expiry counts as avoidable when the Mac was online for so long in the last `windowMs` before it. */
  avoidable: { windowMs: number; onlineMs: number };
  /** How long a person takes who was told that a Mac needs one. */
  personMs: number;
}

/** The scenario of the acceptance test: a roll-out in two weeks comes due, two outages of Jamf in the middle, Macs away for a month. */
export function rollOutScenario(fields: Partial<Scenario> & { computers: number }): Scenario {
  const { computers } = fields;
  return {
    seed: 1,
    // A Monday.
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

/** Expiries of a fleet that was enrolled evenly over some days. */
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
