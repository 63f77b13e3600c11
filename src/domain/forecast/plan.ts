import { type Cell, DAY_MS } from './cells.js';

/** One day of the plan: counts of Macs. */
export interface PlannedDay {
  /** May be acted on from this day on. */
  due: number;
  /** Redistributed on this day. */
  planned: number;
  /** Due, and not yet their turn when the day ends. */
  waiting: number;
  /** Become overdue while they wait for their turn. */
  late: number;
  /** Expire while they wait for their turn. */
  lapsing: number;
}

/** What a plan is made under. */
export interface Terms {
  days: number;
  /** Redistributions a day; a fraction is saved up. */
  perDay: number;
  /** Of a new certificate, milliseconds. */
  lifetimeMs: number;
  windowMs: number;
  /** The share of the window that is left when a certificate is overdue. */
  overdueShare: number;
}

interface Waiting {
  late: number;
  end: number;
  count: number;
}

/**
 * Day by day, the earliest expiry first, as the rails do it. A renewed certificate comes back when the new one is due. Nothing is lost
 * to Macs that are away: the last third of the window is for those.
 */
export function planDays(cells: readonly Cell[], terms: Terms): readonly PlannedDay[] {
  const { days, perDay } = terms;
  const arriving = new Map<number, Waiting[]>();
  const arrive = (due: number, waiting: Waiting) => {
    const there = arriving.get(due);
    if (there === undefined) arriving.set(due, [waiting]);
    else there.push(waiting);
  };
  for (const { due, late, end, count } of cells) arrive(due, { late, end, count });
  const planned: PlannedDay[] = [];
  let line: Waiting[] = [];
  let credit = 0;
  for (let day = 0; day < days; day += 1) {
    const come = arriving.get(day) ?? [];
    line = merged(line, come);
    // Capacity of yesterday is gone, but for the fraction of one.
    credit = (credit % 1) + perDay;
    let taken = 0;
    for (const group of line) {
      const some = Math.min(group.count, Math.floor(credit));
      if (some <= 0) break;
      group.count -= some;
      credit -= some;
      taken += some;
    }
    line = line.filter(({ count }) => count > 0);
    if (taken > 0) arriveAgain(arrive, day, taken, terms);
    planned.push({
      due: sum(come),
      planned: taken,
      waiting: sum(line),
      late: sum(line.filter(({ late }) => late === day)),
      lapsing: sum(line.filter(({ end }) => end === day)),
    });
  }
  return planned;
}

function arriveAgain(
  arrive: (due: number, waiting: Waiting) => void,
  day: number,
  count: number,
  { lifetimeMs, windowMs, overdueShare }: Terms,
): void {
  const end = day + lifetimeMs / DAY_MS;
  const window = Math.min(windowMs, lifetimeMs / 2) / DAY_MS;
  const due = Math.max(day + 1, Math.floor(end - window));
  arrive(due, { late: Math.floor(end - window * overdueShare), end: Math.floor(end), count });
}

/** Expired ones first: what is `Infinity` here has the least to lose by going first, and a Mac without a certificate the most to gain. */
function merged(line: readonly Waiting[], come: readonly Waiting[]): Waiting[] {
  const rank = ({ end }: Waiting) => (end === Infinity ? -1 : end);
  return [...line, ...come.map((one) => ({ ...one }))].sort((a, b) => rank(a) - rank(b) || a.late - b.late);
}

function sum(waiting: readonly Waiting[]): number {
  return waiting.reduce((total, { count }) => total + count, 0);
}
