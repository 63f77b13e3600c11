import { z } from 'zod';
import { storedFormat } from '../../json/stored.js';
import { type StoreAccess, unreported } from '../redis/unreadable.js';
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
const format = storedFormat('lease', heldLeaseSchema);

/** A Mac that may be in an exclusion group because Recert added it. Times are epoch milliseconds. */
export interface HeldLease extends z.output<typeof heldLeaseSchema> {
  /** ID of the redistribution; `found/<group>/<computer>` if `found` is true. */
  id: string;
  /** Whether Recert found the Mac in the exclusion group although it had no lease. */
  found: boolean;
}

/**
 * Stores the exclusion leases of the mechanism cycle. The script that stores a redistribution updates its lease. Macs
 * that were found in an exclusion group without a lease get a separate lease. Normally there are only a few leases.
 */
export interface LeaseStore {
  all(instance: string): Promise<readonly HeldLease[]>;
  /** Records a Mac that was found in an exclusion group. An existing lease stays unchanged. */
  noteFound(instance: string, lease: Omit<HeldLease, 'id' | 'found'>): Promise<void>;
  /**
   * Deletes the lease of a Mac that has left the exclusion group. Call this only if the Mac was found in the group,
   * or if its redistribution is closed or lost.
   */
  drop(instance: string, id: string): Promise<void>;
  /**
   * Records an instance and its exclusion groups, each with the name of its watched profile. After a change of the configuration, these
   * groups may still contain Macs.
   */
  remember(instance: string, groups: ReadonlyMap<string, string>): Promise<void>;
  /** Returns the recorded exclusion groups of an instance. */
  remembered(instance: string): Promise<ReadonlyMap<string, string>>;
  /** Returns the names of all recorded instances. */
  instances(): Promise<readonly string[]>;
  forgetInstance(instance: string): Promise<void>;
  /**
   * Returns `true` if no process has checked the exclusion groups for `everyMs` milliseconds. The calling code
   * must then check them.
   */
  claimLook(instance: string, everyMs: number): Promise<boolean>;
}

const FOUND = 'found/';
const rememberedGroups = storedFormat('exclusion groups', z.record(z.string(), z.string()));

/** Formats the lease of a redistribution for save.lua. */
export function packLease(lease: Omit<HeldLease, 'id' | 'found'>): string {
  return format.write(lease);
}

/** Creates the store of exclusion leases in Redis: one hash per Jamf Pro server. */
export function createLeaseStore({ redis, key, report = unreported }: StoreAccess): LeaseStore {
  const keysOf = (instance: string) => redistributionKeys(key, instance);
  const known = key('instances');
  return {
    async all(instance) {
      const texts = await redis.hgetall(keysOf(instance).leases);
      return Object.entries(texts).flatMap(([id, text]) => {
        const lease = format.tryRead(text, id, report);
        return lease === null ? [] : [{ ...lease, id, found: id.startsWith(FOUND) }];
      });
    },

    async noteFound(instance, lease) {
      const id = `${FOUND}${lease.groupId}/${lease.computerId}`;
      await redis.hsetnx(keysOf(instance).leases, id, format.write(heldLeaseSchema.parse(lease)));
    },

    async drop(instance, id) {
      await redis.hdel(keysOf(instance).leases, id);
    },

    async remember(instance, groups) {
      await redis.hset(known, instance, rememberedGroups.write(Object.fromEntries(groups)));
    },

    async remembered(instance) {
      const text = await redis.hget(known, instance);
      return new Map(text === null ? [] : Object.entries(rememberedGroups.read(text, instance)));
    },

    instances: () => redis.hkeys(known),

    async forgetInstance(instance) {
      await redis.hdel(known, instance);
    },

    async claimLook(instance, everyMs) {
      const set = await redis.set(keysOf(instance).leasesLooked, '1', 'PX', Math.ceil(everyMs), 'NX');
      return set === 'OK';
    },
  };
}
