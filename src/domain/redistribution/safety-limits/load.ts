import { ANSWER_HOURS } from '../../capacity/bounds.js';
import type { RedistributionPolicy } from '../../watched.js';

const HOUR_MS = 3_600_000;
/**
 * Number of Jamf Pro API calls for one redistribution, measured with `recert simulate` and the default settings
 * (68 to 95, most of them inventory reads). It is an upper limit, because several redistributions at once share
 * calls.
 */
const CALLS_EACH = 95;

/** Cost and duration of redistributing a profile to many Macs. */
export interface Load {
  /** Number of certificates that are requested from the CA. */
  issuances: number;
  /** Maximum number of Jamf Pro API calls. */
  calls: number;
  /** Time until the last renewal is verified if all Macs are online, milliseconds. */
  durationMs: number;
  /** Rate limit in certificates per hour; `null` when the request overrides it. */
  hourlyCap: number | null;
  inFlight: number;
}

/**
 * Returns the cost and duration of `count` redistributions of one profile. `proofMs`: average time from the
 * trigger to the inventory report that verifies the renewal, milliseconds.
 */
export function loadOf(
  count: number,
  { hourlyCap, inFlight }: Pick<RedistributionPolicy, 'hourlyCap' | 'inFlight'>,
  { proofMs, pastHourlyCap }: { proofMs: number; pastHourlyCap: boolean },
): Load {
  const hours = pastHourlyCap ? 0 : Math.max(0, Math.ceil(count / hourlyCap) - 1);
  // A Mac that has answered and waits for inventory no longer counts as in progress.
  const rounds = Math.max(0, Math.ceil(count / inFlight) - 1);
  return {
    issuances: count,
    calls: count * CALLS_EACH,
    durationMs: Math.round(Math.max(hours, rounds * ANSWER_HOURS) * HOUR_MS + proofMs),
    hourlyCap: pastHourlyCap ? null : hourlyCap,
    inFlight,
  };
}
