import type { Redis } from 'ioredis';
import { createHintScripts } from './scripts.js';
import type { Key } from '../redis/keys.js';
import { type HintReason, maskOf, reasonsIn } from './reasons.js';
import { lastContactKey } from '../computers/last-contact.js';

export type { HintReason } from './reasons.js';

/**
 * A hint: an entry of the assessment backlog, which means that a Mac is queued for assessment. The calling code must
 * pass it to `done` unchanged.
 */
export interface Hint {
  computerId: string;
  /** All reasons since the last assessment of the Mac, in a fixed order. */
  reasons: readonly HintReason[];
  /**
   * Time of the last contact of the Mac with Jamf Pro, from webhooks and inventory, epoch milliseconds; `null` when
   * unknown.
   */
  seenAt: number | null;
  /**
   * Number that increases with every change of the entry. `done` removes an entry only if it has not changed since
   * it was claimed.
   */
  revision: string;
}

/**
 * The assessment backlog of each Jamf Pro server. It contains at most one entry for each Mac. An entry is kept
 * until `done`: when a worker fails, the entries that it has claimed become available again when their lease ends.
 */
export interface Hints {
  /**
   * Queues Macs for an assessment from `ripeAt` on (epoch milliseconds; a time in the past means immediately). If a
   * Mac is already queued, the earlier time is kept and the reason is added. A repeated call has no further effect.
   * Pass at most a few thousand IDs. Returns the time `wakeAt` for which the calling code must request an assess job
   * with `producers.wakeAssess(instance, wakeAt - now)`; `null` when a job is already requested.
   */
  add(
    instance: string,
    computerIds: readonly string[],
    hint: { reason: HintReason; ripeAt: number },
  ): Promise<number | null>;
  /**
   * Claims the entries that are due, earliest first. Other calls do not return these entries until `now + leaseMs`,
   * unless the Mac is queued again. Returns an empty list while the Jamf Pro server is on hold (cool-down).
   */
  claim(instance: string, query: { now: number; limit: number; leaseMs: number }): Promise<readonly Hint[]>;
  /** Removes processed entries, except those that have changed since they were claimed. */
  done(instance: string, hints: readonly Hint[]): Promise<void>;
  /**
   * Returns the time from which the next entry can be claimed; `null` for an empty backlog. The time may be in the
   * past, but is not before the end of a hold (cool-down).
   */
  nextDueAt(instance: string): Promise<number | null>;
  /** Ends a hold (cool-down), so that entries can be claimed again. Returns whether there was one. */
  endHold(instance: string): Promise<boolean>;
  /**
   * Records that the requested assess job has started. Entries that are added later then request a new job. Must be
   * called at the start of the job, before `claim`.
   */
  clearScheduledJob(instance: string): Promise<void>;
  /** Returns the number of entries in the backlog, including claimed entries. */
  count(instance: string): Promise<number>;
  /**
   * Starts watching a Mac. Every contact of the Mac with Jamf Pro (check-in, policy) then queues the Mac for
   * assessment; without a watch, only the time of the contact is recorded. `holder` is the ID of the redistribution
   * that watches the Mac. The watch ends when the last holder calls `unwatch`. A repeated call has no further effect.
   */
  watch(instance: string, computerId: string, holder: string): Promise<void>;
  unwatch(instance: string, computerId: string, holder: string): Promise<void>;
}

/** Returns the Redis keys of the assessment backlog of one Jamf Pro server. */
export function hintKeys(key: Key, instance: string) {
  return {
    /** Sorted set: Jamf Pro ID of the Mac by the time from which the Mac may be assessed. */
    hints: key(instance, 'hints'),
    /** Hash: Jamf Pro ID of the Mac → `revision:reasons`, with the reasons as a bit mask. */
    facts: key(instance, 'hint-facts'),
    /** Counter from which the revisions of all entries are taken. */
    revision: key(instance, 'hint-revision'),
    /** Time for which an assess job is requested. Deleted when the job starts. */
    awake: key(instance, 'assess-awake'),
    /** End of the hold (cool-down), during which no entry is claimed. */
    hold: key(instance, 'hold'),
    /** Hash: Jamf Pro ID of the Mac → IDs of the redistributions that watch the Mac. */
    watch: key(instance, 'watch'),
    seen: lastContactKey(key, instance),
  };
}

/** Creates the assessment backlog in Redis. */
export function createHints({ redis, key, now }: { redis: Redis; key: Key; now: () => number }): Hints {
  const scripts = createHintScripts(redis);
  const keysOf = (instance: string) => hintKeys(key, instance);
  return {
    async add(instance, computerIds, { reason, ripeAt }) {
      if (computerIds.length === 0) return null;
      return scripts.add(keysOf(instance), [now(), maskOf(reason), ripeAt, ...computerIds]);
    },

    async claim(instance, { now: at, limit, leaseMs }) {
      const claimed = await scripts.claim(keysOf(instance), [at, limit, at + leaseMs]);
      return claimed.map(([computerId, facts, seenAt]) => {
        const [revision = '0', mask = '0'] = facts.split(':');
        return { computerId, revision, reasons: reasonsIn(Number(mask)), seenAt };
      });
    },

    async done(instance, hints) {
      if (hints.length === 0) return;
      await scripts.done(
        keysOf(instance),
        hints.flatMap(({ computerId, revision }) => [computerId, revision]),
      );
    },

    nextDueAt: (instance) => scripts.nextRipe(keysOf(instance), [now()]),

    endHold: async (instance) => (await redis.del(keysOf(instance).hold)) > 0,

    async clearScheduledJob(instance) {
      await redis.del(keysOf(instance).awake);
    },

    count: (instance) => redis.zcard(keysOf(instance).hints),

    async watch(instance, computerId, holder) {
      await scripts.watch(keysOf(instance), ['watch', computerId, holder]);
    },

    async unwatch(instance, computerId, holder) {
      await scripts.watch(keysOf(instance), ['unwatch', computerId, holder]);
    },
  };
}
