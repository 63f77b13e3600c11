import type { Redis } from 'ioredis';
import type { Assessment, AssessmentState } from '../../domain/assessment.js';
import type { ListedState } from '../../domain/known.js';

/**
 * The state index contains one sorted set per watched profile. A score is the rank of the state multiplied by this
 * number, plus the time (epoch milliseconds) at which the state changes or the certificate expires. Times are
 * smaller than this number, and scores are exact (below 2^53).
 */
const RANK = 1e13;

const RANKS: Readonly<Record<ListedState, number>> = {
  expired: 0,
  overdue: 1,
  due: 2,
  healthy: 3,
  unknown: 4,
  'out-of-scope': 5,
};

const STATES = Object.keys(RANKS) as ListedState[];

/** States that end at a known time. */
const PASSING: readonly AssessmentState[] = ['healthy', 'due', 'overdue'];

/** Returns the range of the scores of a state. Both ends are included. */
export function boundsOf(state: ListedState): { least: number; most: number } {
  return { least: RANKS[state] * RANK, most: (RANKS[state] + 1) * RANK - 1 };
}

/** Range of the scores of all Macs whose expiry is known. */
export const EXPIRIES = { least: boundsOf('expired').least, most: boundsOf('healthy').most } as const;

/**
 * Macs without a certificate are unknown. Within the scores of unknown Macs, their scores begin at this offset, and
 * contain the time without a certificate (`missingMs`) instead of a point in time. The offset is later than any expiry
 * of an unknown certificate, except in the year 9999; these certificates have the highest score.
 */
const MISSING = 9e12;

/** Returns the range of the scores of Macs in scope that have had no certificate for at least `afterMs`, milliseconds. */
function missingFor(afterMs: number): { least: number; most: number } {
  const { least, most } = boundsOf('unknown');
  return { least: least + MISSING + Math.max(0, afterMs), most: most - 1 };
}

/** Returns the score of a Mac in the state index. `missingMs`: time for which the Mac has had no certificate. */
export function scoreOf(
  { state, inScope, changesAt, certificate }: Assessment,
  missingMs: number | null = null,
): string {
  if (!inScope) return String(RANKS['out-of-scope'] * RANK);
  if (state === 'unknown' && missingMs !== null) {
    const { least, most } = missingFor(Math.floor(missingMs));
    return String(Math.min(least, most));
  }
  // The latest time that a score can contain is in the year 2286. A certificate may expire in the year 9999, which
  // RFC 5280 (section 4.1.2.5) uses for certificates without an expiry date.
  const instant = Math.min(Math.floor(changesAt ?? certificate?.expiresAt ?? 0), RANK - 1);
  return String(RANKS[state] * RANK + Math.max(0, instant));
}

/** A filter on the state index. The index may contain Macs that do not match, so the records must be checked as well. */
export interface Band {
  state?: ListedState | undefined;
  /** Set when the filter selects Macs whose certificate status is unknown. */
  unknown?: unknown;
  /** Only Macs whose certificate expires before this time, epoch milliseconds. */
  expiresBefore?: number | undefined;
}

/**
 * Returns a range of scores that contains every matching Mac. The scores of healthy Macs are the times at which
 * they become due, which is before they expire.
 */
export function bandOf({ state, unknown, expiresBefore }: Band): { least: number; most: number } {
  if (state === undefined && unknown !== undefined) return boundsOf('unknown');
  if (expiresBefore === undefined)
    return state === undefined
      ? { least: boundsOf('expired').least, most: boundsOf('out-of-scope').most }
      : boundsOf(state);
  const ending = {
    least: EXPIRIES.least,
    most: boundsOf('healthy').least + Math.min(expiresBefore, RANK - 1),
  };
  if (state === undefined) return ending;
  const { least, most } = boundsOf(state);
  return { least, most: state === 'healthy' ? Math.min(most, ending.most) : most };
}

/** Decodes a score: the state, and the time at which the state changes or the certificate expires. */
export function stateOfScore(score: number): { state: ListedState; instant: number } {
  const rank = Math.floor(score / RANK);
  return { state: STATES[rank] ?? 'out-of-scope', instant: score - rank * RANK };
}

/** Returns the number of Macs in each state for one watched profile. */
export async function countStates(
  redis: Redis,
  states: string,
): Promise<Readonly<Record<ListedState, number>>> {
  const counts = await Promise.all(
    STATES.map(async (state) => {
      const { least, most } = boundsOf(state);
      return [state, await redis.zcount(states, least, most)] as const;
    }),
  );
  return Object.fromEntries(counts) as Record<ListedState, number>;
}

/** Returns the number of overdue Macs whose certificate is valid and expires before a time. Their scores contain the expiry. */
export function countOverdueBefore(redis: Redis, states: string, before: number): Promise<number> {
  const { least, most } = boundsOf('overdue');
  return redis.zcount(states, least, `(${Math.min(least + Math.floor(before), most)}`);
}

/**
 * Returns the number of Macs that have had no certificate for at least `afterMs`, and the IDs of up to `limit` of
 * them. The Mac without a certificate for the longest time is first.
 */
export async function longestMissing(
  redis: Redis,
  states: string,
  { afterMs, limit }: { afterMs: number; limit: number },
): Promise<{ count: number; ids: readonly string[] }> {
  const { least, most } = missingFor(afterMs);
  const [count, ids] = await Promise.all([
    redis.zcount(states, least, most),
    redis.zrange(states, most, String(least), 'BYSCORE', 'REV', 'LIMIT', 0, limit),
  ]);
  return { count, ids };
}

/** Returns the IDs of Macs whose state has ended by `now`. Within each state, the Mac whose state ended first comes first. */
export async function changedByTime(
  redis: Redis,
  states: string,
  { now, limit }: { now: number; limit: number },
): Promise<readonly string[]> {
  const ids = await Promise.all(
    PASSING.map((state) => {
      const { least } = boundsOf(state);
      return redis.zrange(states, least, String(least + Math.floor(now)), 'BYSCORE', 'LIMIT', 0, limit);
    }),
  );
  return ids.flat().slice(0, limit);
}
