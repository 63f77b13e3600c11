import { largestCapacity, largestOf, MOST_CA_LIMIT } from '../capacity/capacity.js';
import type { CapacitySettings } from '../capacity/chosen.js';
import { type CertificateDates, cellsOf, DAY_MS, type Rules } from './cells.js';
import { planDays, type Terms } from './plan.js';

/** Changes that make the capacity sufficient: both limits together, the limit of the CA, or a different renewal window. */
export interface Advice {
  /**
   * The lowest limits at which no Mac becomes overdue while it waits for capacity, if the renewal window stays the same; `null` if no
   * limits are sufficient, or if Recert chooses both limits.
   */
  caps: { hourlyCap: number; inFlight: number } | null;
  /**
   * The lowest sufficient limit of the CA; `null` if no limit is sufficient, or if explicit limits can be sufficient
   * without a higher limit of the CA.
   */
  caLimit: number | null;
  /**
   * A renewal window (milliseconds, whole days) that is sufficient with the current limits; `null` if none up to
   * half of the certificate lifetime is sufficient.
   */
  windowMs: number | null;
}

/** Step of the first, coarse search for a renewal window, days. */
const WINDOW_STEP = 14;

/** The inputs that stay the same during the search. */
interface Trial {
  now: number;
  settings: CapacitySettings;
  seenShare: number | null;
  terms: Omit<Terms, 'perDay'>;
}

/** Searches for limits, and for a renewal window, with which no Mac becomes overdue while it waits for capacity. */
export function adviceFor(dates: readonly CertificateDates[], rules: Rules, trial: Trial): Advice {
  const { now, settings, seenShare, terms } = trial;
  const { caLimit } = settings;
  const chosen = settings.hourlyCap === 'auto' && settings.inFlight === 'auto';
  const raisedTo = (limit: number): CapacitySettings =>
    chosen
      ? { ...settings, caLimit: limit }
      : { hourlyCap: limit, inFlight: 'auto', caLimit: Math.max(caLimit, limit) };
  const cells = cellsOf(dates, rules, now);
  const limit = least(1, MOST_CA_LIMIT, (cap) => {
    const { perDay } = largestCapacity(raisedTo(cap), seenShare);
    return suffices(planDays(cells, { ...terms, perDay }));
  });
  const { perDay } = largestCapacity(settings, seenShare);
  const days = leastWindow(terms, (window) => {
    const windowMs = window * DAY_MS;
    const longer = cellsOf(dates, { ...rules, policy: { ...rules.policy, window: windowMs } }, now);
    return suffices(planDays(longer, { ...terms, windowMs, perDay }));
  });
  return {
    caLimit: chosen || (limit !== null && limit > caLimit) ? limit : null,
    caps:
      chosen || limit === null ? null : { hourlyCap: limit, inFlight: largestOf(raisedTo(limit)).inFlight },
    windowMs: days === null ? null : days * DAY_MS,
  };
}

/**
 * Searches for the shortest sufficient renewal window in large steps, and then exactly within a step. A binary search
 * is not possible: a longer window gives more time but also causes more renewals per year, so a window that is longer
 * than a sufficient one may be insufficient.
 */
function leastWindow(
  { windowMs, lifetimeMs }: Trial['terms'],
  works: (days: number) => boolean,
): number | null {
  const longest = Math.floor(lifetimeMs / 2 / DAY_MS);
  for (let from = Math.ceil(windowMs / DAY_MS); from < longest; from += WINDOW_STEP) {
    const to = Math.min(from + WINDOW_STEP, longest);
    if (works(to)) return least(from, to, works);
  }
  return null;
}

function suffices(days: ReturnType<typeof planDays>): boolean {
  return days.every(({ late, lapsing }) => late === 0 && lapsing === 0);
}

/**
 * Returns the lowest integer that is sufficient, by binary search. All greater integers must be sufficient as
 * well. Returns `null` if `to` is not sufficient.
 */
function least(from: number, to: number, works: (value: number) => boolean): number | null {
  if (to < from || !works(to)) return null;
  let low = from;
  let high = to;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (works(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
