import type { Redis } from 'ioredis';
import type { Assessment, AssessmentState } from '../../domain/assessment.js';
import type { ListedState } from '../../domain/known.js';

/**
 * One sorted set a profile is the index of states, of due dates and of expiries: a score is the rank of the state times this, plus the
 * instant at which time alone changes the state (or the expiry). An instant is far below, and the sum far below 2^53.
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

/** States that time alone ends. */
const PASSING: readonly AssessmentState[] = ['healthy', 'due', 'overdue'];

/** The scores between which a state lies, both inclusive. */
export function boundsOf(state: ListedState): { least: number; most: number } {
  return { least: RANKS[state] * RANK, most: (RANKS[state] + 1) * RANK - 1 };
}

/** The scores between which every Mac lies whose expiry is known, the one that ends first at the bottom. */
export const EXPIRIES = { least: boundsOf('expired').least, most: boundsOf('healthy').most } as const;

/** The score of a Mac. */
export function scoreOf({ state, inScope, changesAt, certificate }: Assessment): string {
  if (!inScope) return String(RANKS['out-of-scope'] * RANK);
  // A certificate may end in the year 9999 (RFC 5280, 4.1.2.5: no well-defined end), which is beyond 2286.
  const instant = Math.min(Math.floor(changesAt ?? certificate?.expiresAt ?? 0), RANK - 1);
  return String(RANKS[state] * RANK + Math.max(0, instant));
}

/** Which Macs are meant, by what the index knows; the rest is looked at in their records. */
export interface Band {
  state?: ListedState | undefined;
  /** Some reason for which nothing can be said. */
  unknown?: unknown;
  /** Epoch milliseconds. */
  expiresBefore?: number | undefined;
}

/** The scores between which every such Mac lies. Healthy ones come due before they expire, and lie by that. */
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

/** What the index says of a Mac: its state, and when time alone changes that (or when its certificate ends). */
export function stateOfScore(score: number): { state: ListedState; instant: number } {
  const rank = Math.floor(score / RANK);
  return { state: STATES[rank] ?? 'out-of-scope', instant: score - rank * RANK };
}

/** How many Macs are in each state. */
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

/** Macs whose state has been ended by time alone, whoever has waited longest first in each state. */
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
