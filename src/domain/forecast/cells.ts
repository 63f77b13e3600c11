import { milestonesOf } from '../assess.js';
import type { WatchedProfile } from '../watched.js';

export const DAY_MS = 86_400_000;

/** Dates of the certificate of one Mac in scope, epoch milliseconds. */
export interface CertificateDates {
  computerId: string;
  issuedAt: number | null;
  expiresAt: number;
}

/**
 * Macs whose certificates become due, become overdue and expire on the same days. Days are counted from now; day 0
 * begins now.
 */
export interface Cell {
  due: number;
  /** Day on which the Macs become overdue; `Infinity` if they already are, because capacity can no longer prevent it. */
  late: number;
  /** Day on which the certificates expire; `Infinity` if they have already expired. */
  end: number;
  count: number;
}

/** The part of a watched profile that a forecast needs. */
export type Rules = Pick<WatchedProfile, 'instance' | 'name' | 'policy'>;

/**
 * Groups a fleet by the days on which the certificates become due, become overdue and expire, with the dates that
 * the assessment uses. A hundred thousand Macs result in a few thousand groups.
 */
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

/** Returns the median lifetime of the certificates in milliseconds; one year when no lifetime is known. */
export function lifetimeOf(dates: readonly CertificateDates[]): number {
  const lifetimes = dates
    .flatMap(({ issuedAt, expiresAt }) =>
      issuedAt === null || issuedAt >= expiresAt ? [] : [expiresAt - issuedAt],
    )
    .toSorted((a, b) => a - b);
  return lifetimes[Math.floor(lifetimes.length / 2)] ?? 365 * DAY_MS;
}
