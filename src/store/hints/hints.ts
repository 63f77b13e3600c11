import type { Redis } from 'ioredis';
import { createHintScripts } from './scripts.js';
import type { Key } from '../redis/keys.js';
import { type HintReason, maskOf, reasonsIn } from './reasons.js';
import { lastContactKey } from '../computers/last-contact.js';

export type { HintReason } from './reasons.js';

/** A hint is an entry of the assessment backlog: a Mac that is queued for assessment. Pass it to `done` unchanged. */
export interface Hint {
  computerId: string;
  /** All reasons since the last assessment, in a fixed order. */
  reasons: readonly HintReason[];
  /** Last contact of the Mac according to webhooks and inventory, epoch milliseconds; `null` when unknown. */
  seenAt: number | null;
  /** Increases with every change, so that `done` removes an entry only if it has not changed since the claim. */
  revision: string;
}

/**
 * The assessment backlog of each Jamf Pro server, with at most one entry for each Mac. An entry is durable until `done`: when a worker
 * fails, its claimed entries become available again at the end of the lease.
 */
export interface Hints {
  /**
   * Queues Macs for assessment not before `ripeAt` (epoch milliseconds; a past time: immediately). An existing entry keeps the earlier
   * time and adds the reason. Idempotent. Pass at most a few thousand IDs.
   * Returns the time for which the caller must request an assess job with `producers.wakeAssess(instance, wakeAt - now)`; `null` when
   * one is already requested.
   */
  add(
    instance: string,
    computerIds: readonly string[],
    hint: { reason: HintReason; ripeAt: number },
  ): Promise<number | null>;
  /**
   * Claims the entries whose time has come, earliest first. They are not returned again until `now + leaseMs`, unless the Mac is queued
   * again. Returns an empty list while the server is on hold.
   */
  claim(instance: string, query: { now: number; limit: number; leaseMs: number }): Promise<readonly Hint[]>;
  /** Removes processed entries, except those that have changed since the claim. */
  done(instance: string, hints: readonly Hint[]): Promise<void>;
  /** Returns the time of the next entry, which may be in the past, but not before the end of a hold; `null` for an empty backlog. */
  nextDueAt(instance: string): Promise<number | null>;
  /**
   * Records that the requested assess job has started, so that later entries request a new job. Call it at the start of the job, before
   * `claim`.
   */
  clearScheduledJob(instance: string): Promise<void>;
  /** Returns the size of the backlog, including claimed entries. */
  count(instance: string): Promise<number>;
  /**
   * Watches a Mac: every contact (check-in, policy) queues it for assessment; without a watch, only the contact is recorded. `holder` is
   * the ID of a redistribution; the watch ends when the last holder calls `unwatch`. Both are idempotent.
   */
  watch(instance: string, computerId: string, holder: string): Promise<void>;
  unwatch(instance: string, computerId: string, holder: string): Promise<void>;
}

/** Redis keys of the assessment backlog of one instance. */
export function hintKeys(key: Key, instance: string) {
  return {
    /** Sorted set: computer ID by the time from which it may be assessed. */
    hints: key(instance, 'hints'),
    /** Hash: computer ID → `revision:reasons`, reasons as a bit mask. */
    facts: key(instance, 'hint-facts'),
    /** Counter for the revisions of all entries. */
    revision: key(instance, 'hint-revision'),
    /** Time for which an assess job is requested; deleted when the job starts. */
    awake: key(instance, 'assess-awake'),
    /** End of the hold, during which no entry is claimed. */
    hold: key(instance, 'hold'),
    /** Hash: computer ID → holders of the watch. */
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
