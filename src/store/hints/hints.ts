import type { Redis } from 'ioredis';
import { createHintScripts } from './scripts.js';
import type { Key } from '../redis/keys.js';
import { type HintReason, maskOf, reasonsIn } from './reasons.js';
import { seenKey } from '../computers/last-contact.js';

export type { HintReason } from './reasons.js';

/** A Mac that deserves a look, as claimed. Hand it back to `done` unchanged. */
export interface Hint {
  computerId: string;
  /** Everything that asked for the look since it was last done, in a fixed order. */
  reasons: readonly HintReason[];
  /** When the Mac was last in contact, epoch milliseconds, as far as webhooks and inventory told. */
  seenAt: number | null;
  /** Grows with every change: `done` removes only what did not change since the claim. */
  revision: string;
}

/**
 * The Macs of each Jamf Pro server that deserve a look: one pending hint for each, however many asked for it.
 * A hint is durable until `done`: a worker that dies loses nothing, its claims become ripe again when the lease ends.
 */
export interface Hints {
  /**
   * Asks for a look at some Macs at an instant (epoch milliseconds; the past means at once). A hint that is pending already keeps the
   * earlier of both instants and gathers the reason. Safe to repeat. Give at most some thousand ids.
   * Returns when the assess worker must be woken, `null` when somebody has seen to it already: whoever gets an instant must call
   * `producers.wakeAssess(instance, wakeAt - now)`.
   */
  add(
    instance: string,
    computerIds: readonly string[],
    hint: { reason: HintReason; ripeAt: number },
  ): Promise<number | null>;
  /**
   * The hints that are ripe, longest ripe first. They are not given again until `now + leaseMs`, unless something new was heard of the Mac.
   * Empty while the server is on hold.
   */
  claim(instance: string, query: { now: number; limit: number; leaseMs: number }): Promise<readonly Hint[]>;
  /** Removes hints that were acted upon, except those about which something new was heard since the claim. */
  done(instance: string, hints: readonly Hint[]): Promise<void>;
  /** When the next hint is ripe: may be past, and is the end of the hold while there is one. `null` when none is pending. */
  nextRipe(instance: string): Promise<number | null>;
  /**
   * The worker is awake: call at the START of an assess job, before `claim`. Whatever is heard from then on wakes again, by a new job.
   */
  slept(instance: string): Promise<void>;
  /** How many hints are pending, claimed ones included. */
  count(instance: string): Promise<number>;
  /**
   * While a Mac is watched, any contact of it (a check-in, a policy) makes a hint; else contact is only noted. `holder` says who watches
   * (the id of a redistribution): a Mac is watched until its last holder has let go. Both are safe to repeat.
   */
  watch(instance: string, computerId: string, holder: string): Promise<void>;
  unwatch(instance: string, computerId: string, holder: string): Promise<void>;
}

/** Names of the keys that hints of one instance live under. */
export function hintKeys(key: Key, instance: string) {
  return {
    /** Sorted set: computer id by the instant at which its hint is ripe. */
    hints: key(instance, 'hints'),
    /** Hash: computer id → `revision:reasons`, reasons as a bit mask. */
    facts: key(instance, 'hint-facts'),
    /** Counter behind the revisions of all hints. */
    revision: key(instance, 'hint-revision'),
    /** When the worker was last asked to wake; gone when it did. */
    awake: key(instance, 'assess-awake'),
    /** Until when nothing is claimed. */
    hold: key(instance, 'hold'),
    /** Hash: computer id → who watches it. */
    watch: key(instance, 'watch'),
    seen: seenKey(key, instance),
  };
}

/** The hints in Redis. */
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

    nextRipe: (instance) => scripts.nextRipe(keysOf(instance), [now()]),

    async slept(instance) {
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
