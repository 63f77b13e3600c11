import type { Redis } from 'ioredis';
import type { Assessment, AssessmentState } from '../../domain/assessment.js';
import type { ListedState } from '../../domain/known.js';

/**
 * The state index has one sorted set per profile. A score is the rank of the state times this factor, plus the time (epoch milliseconds)
 * at which the state changes or the certificate expires. Times are smaller than the factor, and scores are exact (below 2^53).
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

/** Returns the range of scores of a state, inclusive. */
export function boundsOf(state: ListedState): { least: number; most: number } {
  return { least: RANKS[state] * RANK, most: (RANKS[state] + 1) * RANK - 1 };
}

/** Range of scores of all Macs with a known expiry. */
export const EXPIRIES = { least: boundsOf('expired').least, most: boundsOf('healthy').most } as const;

/** Returns the score of a Mac. */
export function scoreOf({ state, inScope, changesAt, certificate }: Assessment): string {
  if (!inScope) return String(RANKS['out-of-scope'] * RANK);
  // A certificate can expire in the year 9999 (RFC 5280 section 4.1.2.5: no well-defined expiry), beyond the largest storable time in 2286.
  const instant = Math.min(Math.floor(changesAt ?? certificate?.expiresAt ?? 0), RANK - 1);
  return String(RANKS[state] * RANK + Math.max(0, instant));
}

/** A filter on the state index. The records must be checked for exact matches. */
export interface Band {
  state?: ListedState | undefined;
  /** Set when the filter is for Macs with an unknown status. */
  unknown?: unknown;
  /** Epoch milliseconds. */
  expiresBefore?: number | undefined;
}

/** Returns the range of scores that contains every matching Mac. Healthy Macs are indexed by due date, which is before their expiry. */
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

/** Decodes a score: the state, and the time at which it changes or the certificate expires. */
export function stateOfScore(score: number): { state: ListedState; instant: number } {
  const rank = Math.floor(score / RANK);
  return { state: STATES[rank] ?? 'out-of-scope', instant: score - rank * RANK };
}

/** Counts Macs by state. */
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

/** Returns IDs of Macs whose state has ended by `now`, within each state the earliest first. */
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
