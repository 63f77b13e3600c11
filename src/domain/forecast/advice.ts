import { type CertificateDates, cellsOf, DAY_MS, type Rules } from './cells.js';
import { planDays, type Terms } from './plan.js';

/** Changes that make the capacity sufficient: either both limits together, or the renewal window. */
export interface Advice {
  /** The lowest limits with which no Mac becomes overdue while waiting, with the current renewal window; `null` if no limits suffice. */
  caps: { hourlyCap: number; inFlight: number } | null;
  /** A renewal window (milliseconds, whole days) with which the current limits suffice; `null` if none up to half of the lifetime does. */
  windowMs: number | null;
}

/** Upper bound of the search: more certificates per hour than any CA issues. */
const MOST_AN_HOUR = 2 ** 17;
/** Step of the coarse search for a renewal window, days. */
const WINDOW_STEP = 14;

/** Fixed inputs of the search. */
interface Trial {
  now: number;
  proofMs: number;
  /** Redistributions per day with the current limits. */
  perDay: number;
  terms: Omit<Terms, 'perDay'>;
}

/** Searches for limits and a renewal window with which no Mac becomes overdue while waiting. */
export function adviceFor(dates: readonly CertificateDates[], rules: Rules, trial: Trial): Advice {
  const { now, proofMs, perDay, terms } = trial;
  const cells = cellsOf(dates, rules, now);
  const hourlyCap = least(1, MOST_AN_HOUR, (cap) =>
    suffices(planDays(cells, { ...terms, perDay: cap * 24 })),
  );
  const days = leastWindow(terms, (window) => {
    const windowMs = window * DAY_MS;
    const longer = cellsOf(dates, { ...rules, policy: { ...rules.policy, window: windowMs } }, now);
    return suffices(planDays(longer, { ...terms, windowMs, perDay }));
  });
  return {
    caps: hourlyCap === null ? null : { hourlyCap, inFlight: Math.ceil((hourlyCap * 24 * proofMs) / DAY_MS) },
    windowMs: days === null ? null : days * DAY_MS,
  };
}

/**
 * Searches in steps, then exactly within a step. A plain binary search would not do: a longer window gives more time but also causes more
 * renewals per year, so a window that suffices may be followed by one that does not.
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

/** The least integer that works, by binary search: assumes that all greater integers work too. `null` when `to` does not work. */
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
