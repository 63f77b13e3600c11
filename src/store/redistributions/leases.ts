import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';
import { redistributionKeys } from './keys.js';

const heldLeaseSchema = z.object({
  /** Name of the watched profile. */
  profile: z.string(),
  computerId: z.string(),
  groupId: z.string(),
  at: z.int(),
  dueAt: z.int(),
  returningSince: z.int().nullable(),
});

/** A Mac that may be in an exclusion group because of us. Instants are epoch milliseconds. */
export interface HeldLease extends z.output<typeof heldLeaseSchema> {
  /** Of the redistribution, or of a Mac that was found in the group without one. */
  id: string;
  /** Found in the group, without a lease of ours. */
  found: boolean;
}

/**
 * The leases of `cycle`: those of the redistributions, kept in the very script that stores them, and those that were found in Jamf.
 * Never more than a handful.
 */
export interface LeaseStore {
  all(instance: string): Promise<readonly HeldLease[]>;
  /** Notes a Mac that was found in an exclusion group; what was noted before stays. */
  noteFound(instance: string, lease: Omit<HeldLease, 'id' | 'found'>): Promise<void>;
  /** Forgets a lease whose Mac is out of the group: one that was found, or whose redistribution is over or lost. */
  drop(instance: string, id: string): Promise<void>;
  /** True when nobody has looked at the exclusion groups for `everyMs`: then the caller does. */
  claimLook(instance: string, everyMs: number): Promise<boolean>;
}

const FOUND = 'found/';

/** The leases in Redis: one hash an instance. */
export function createLeaseStore({ redis, key }: { redis: Redis; key: Key }): LeaseStore {
  const keysOf = (instance: string) => redistributionKeys(key, instance);
  return {
    async all(instance) {
      const texts = await redis.hgetall(keysOf(instance).leases);
      return Object.entries(texts).map(([id, text]) => ({
        ...heldLeaseSchema.parse(JSON.parse(text)),
        id,
        found: id.startsWith(FOUND),
      }));
    },

    async noteFound(instance, lease) {
      const id = `${FOUND}${lease.groupId}/${lease.computerId}`;
      await redis.hsetnx(keysOf(instance).leases, id, JSON.stringify(heldLeaseSchema.parse(lease)));
    },

    async drop(instance, id) {
      await redis.hdel(keysOf(instance).leases, id);
    },

    async claimLook(instance, everyMs) {
      const set = await redis.set(keysOf(instance).leasesLooked, '1', 'PX', Math.ceil(everyMs), 'NX');
      return set === 'OK';
    },
  };
}
