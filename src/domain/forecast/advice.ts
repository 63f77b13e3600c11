import { type CertificateDates, cellsOf, DAY_MS, type Rules } from './cells.js';
import { planDays, type Terms } from './plan.js';

/** What would do instead. Either the caps or the window; the caps together. */
export interface Advice {
  /** The lowest caps under which nobody becomes overdue in line, the window as it is; `null` when no cap does. */
  caps: { hourlyCap: number; inFlight: number } | null;
  /** A window in whole days with which the caps as they are do, milliseconds; `null` when none up to half of the lifetime does. */
  windowMs: number | null;
}

/** More certificates an hour than any CA gives. */
const MOST_AN_HOUR = 2 ** 17;
/** Days. */
const WINDOW_STEP = 14;

/** What is tried out: all but the capacity and the window are given. */
interface Trial {
  now: number;
  proofMs: number;
  /** Redistributions a day under the caps as they are. */
  perDay: number;
  terms: Omit<Terms, 'perDay'>;
}

/** Tries caps and windows until nobody becomes overdue in line. */
export function adviceFor(dates: readonly CertificateDates[], rules: Rules, trial: Trial): Advice {
  const { now, proofMs, perDay, terms } = trial;
  const cells = cellsOf(dates, rules, now);
  const hourlyCap = least(1, MOST_AN_HOUR, (cap) => does(planDays(cells, { ...terms, perDay: cap * 24 })));
  const days = leastWindow(terms, (window) => {
    const windowMs = window * DAY_MS;
    const longer = cellsOf(dates, { ...rules, policy: { ...rules.policy, window: windowMs } }, now);
    return does(planDays(longer, { ...terms, windowMs, perDay }));
  });
  return {
    caps: hourlyCap === null ? null : { hourlyCap, inFlight: Math.ceil((hourlyCap * 24 * proofMs) / DAY_MS) },
    windowMs: days === null ? null : days * DAY_MS,
  };
}

/** In steps first: a longer window gives more time, and costs more certificates a year, so that at the far end it may be worse again. */
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

function does(days: ReturnType<typeof planDays>): boolean {
  return days.every(({ late, lapsing }) => late === 0 && lapsing === 0);
}

/** The least whole number that does, if those above it do, too; `null` when none does. */
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
