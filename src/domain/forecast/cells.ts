import { milestonesOf } from '../assess.js';
import type { WatchedProfile } from '../watched.js';

export const DAY_MS = 86_400_000;

/** The dates of the certificate of one Mac that is in scope; instants in epoch milliseconds. */
export interface CertificateDates {
  computerId: string;
  issuedAt: number | null;
  expiresAt: number;
}

/** Macs that are alike as far as days go: the day on which they may be acted on, are overdue, and expire. Day 0 begins now. */
export interface Cell {
  due: number;
  /** `Infinity` for what is overdue already: no capacity helps that any more. */
  late: number;
  /** `Infinity` for what has expired already. */
  end: number;
  count: number;
}

/** What the rules need of a watched profile. */
export type Rules = Pick<WatchedProfile, 'instance' | 'name' | 'policy'>;

/** A fleet by days, by the same milestones as its assessment. A hundred thousand Macs come to some thousand cells. */
export function cellsOf(dates: readonly CertificateDates[], rules: Rules, now: number): readonly Cell[] {
  const cells = new Map<string, Cell>();
  const dayOf = (at: number) => Math.floor((at - now) / DAY_MS);
  for (const one of dates) {
    const milestones = milestonesOf(one, rules, one.computerId);
    if (milestones === null) continue;
    const due = Math.max(0, dayOf(milestones.actAt));
    const late = milestones.overdueAt <= now ? Infinity : dayOf(milestones.overdueAt);
    const end = milestones.expiresAt <= now ? Infinity : dayOf(milestones.expiresAt);
    const name = `${due} ${late} ${end}`;
    const cell = cells.get(name);
    if (cell === undefined) cells.set(name, { due, late, end, count: 1 });
    else cell.count += 1;
  }
  return [...cells.values()];
}

/** How long most certificates are valid: the median of those that tell it, milliseconds; a year when none does. */
export function lifetimeOf(dates: readonly CertificateDates[]): number {
  const lifetimes = dates
    .flatMap(({ issuedAt, expiresAt }) =>
      issuedAt === null || issuedAt >= expiresAt ? [] : [expiresAt - issuedAt],
    )
    .toSorted((a, b) => a - b);
  return lifetimes[Math.floor(lifetimes.length / 2)] ?? 365 * DAY_MS;
}
