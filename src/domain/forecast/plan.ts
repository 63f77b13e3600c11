import { type Cell, DAY_MS } from './cells.js';

/** One day of the plan, as numbers of Macs. */
export interface PlannedDay {
  /** Macs that become due on this day because their grace period has ended. */
  due: number;
  /** Macs that are redistributed on this day. */
  planned: number;
  /** Macs that are due and still wait for capacity at the end of the day. */
  waiting: number;
  /** Macs that become overdue on this day while they wait for capacity. */
  late: number;
  /** Macs whose certificate expires on this day while they wait for capacity. */
  lapsing: number;
}

/** Parameters of a plan. */
export interface Terms {
  days: number;
  /** Number of redistributions per day. A fraction is carried over to the next day. */
  perDay: number;
  /** Lifetime of a new certificate, milliseconds. */
  lifetimeMs: number;
  windowMs: number;
  /** A renewal is overdue when less than this share of the renewal window is left. */
  overdueShare: number;
}

interface Waiting {
  late: number;
  end: number;
  count: number;
}

/**
 * Plans the redistributions day by day. The earliest expiry comes first, as with the safety limits. A renewed Mac
 * returns to the plan when its new certificate becomes due. The plan assumes that all Macs are online; the last third
 * of the renewal window is the reserve for offline Macs.
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
  let queue: Waiting[] = [];
  let credit = 0;
  for (let day = 0; day < days; day += 1) {
    const arrived = arriving.get(day) ?? [];
    queue = merged(queue, arrived);
    // Unused capacity of the previous day is lost, except for a fraction of a redistribution.
    credit = (credit % 1) + perDay;
    let taken = 0;
    for (const group of queue) {
      const some = Math.min(group.count, Math.floor(credit));
      if (some <= 0) break;
      group.count -= some;
      credit -= some;
      taken += some;
    }
    queue = queue.filter(({ count }) => count > 0);
    if (taken > 0) arriveAgain(arrive, day, taken, terms);
    planned.push({
      due: sum(arrived),
      planned: taken,
      waiting: sum(queue),
      late: sum(queue.filter(({ late }) => late === day)),
      lapsing: sum(queue.filter(({ end }) => end === day)),
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

/**
 * Sorts by expiry. Expired certificates (`Infinity`) come first, because these Macs have no access until they are
 * renewed.
 */
function merged(queue: readonly Waiting[], arrived: readonly Waiting[]): Waiting[] {
  const rank = ({ end }: Waiting) => (end === Infinity ? -1 : end);
  return [...queue, ...arrived.map((one) => ({ ...one }))].sort(
    (a, b) => rank(a) - rank(b) || a.late - b.late,
  );
}

function sum(waiting: readonly Waiting[]): number {
  return waiting.reduce((total, { count }) => total + count, 0);
}
