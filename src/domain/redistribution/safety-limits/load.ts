import type { RedistributionPolicy } from '../../watched.js';

const HOUR_MS = 3_600_000;
/**
 * Calls to Jamf that one redistribution costs, as `recert simulate` counts them with the defaults (68 to 95 a renewal, most of them
 * questions for inventory). Many at once share calls, so it is an upper bound.
 */
const CALLS_EACH = 95;

/** What redistributing to many Macs costs, and how long it takes. */
export interface Load {
  /** Certificates that are asked of the CA. */
  issuances: number;
  /** Calls to Jamf Pro, at most. */
  calls: number;
  /** Until the last is proven, when all Macs are in contact, milliseconds. */
  durationMs: number;
  /** Certificates an hour; `null` when a person goes past the cap. */
  hourlyCap: number | null;
  inFlight: number;
}

/** What `count` redistributions of one profile cost. `proofMs`: from the trigger to the inventory that proves it, on average. */
export function loadOf(
  count: number,
  { hourlyCap, inFlight }: Pick<RedistributionPolicy, 'hourlyCap' | 'inFlight'>,
  { proofMs, pastHourlyCap }: { proofMs: number; pastHourlyCap: boolean },
): Load {
  const hours = pastHourlyCap ? 0 : Math.max(0, Math.ceil(count / hourlyCap) - 1);
  const rounds = Math.ceil(count / inFlight);
  return {
    issuances: count,
    calls: count * CALLS_EACH,
    durationMs: Math.round(Math.max(hours * HOUR_MS, rounds * proofMs)),
    hourlyCap: pastHourlyCap ? null : hourlyCap,
    inFlight,
  };
}
