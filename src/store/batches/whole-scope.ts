import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';

const doneSchema = z.object({ by: z.string(), reason: z.string(), at: z.int(), computers: z.int() });

/** Record of a redistribution of a profile to its whole scope. */
export type WholeScopeDone = z.output<typeof doneSchema>;

/** The last redistribution of each profile to its whole scope, for the time in which it must not be repeated. */
export interface WholeScopeStore {
  /** Returns the last redistribution of a profile, by its Jamf Pro ID; `null` when a new one is allowed. */
  last(instance: string, profileId: string): Promise<WholeScopeDone | null>;
  /** Claims the profile for `forMs`. False: it is already claimed. */
  claim(instance: string, profileId: string, done: WholeScopeDone, forMs: number): Promise<boolean>;
  /** Releases the claim. Call it only when Jamf Pro certainly did not redistribute the profile. */
  release(instance: string, profileId: string): Promise<void>;
}

/** Creates the store in Redis: one expiring key per profile. */
export function createWholeScopeStore({ redis, key }: { redis: Redis; key: Key }): WholeScopeStore {
  const claimKey = (instance: string, profileId: string) => key(instance, 'whole-scope', profileId);
  return {
    async last(instance, profileId) {
      const text = await redis.get(claimKey(instance, profileId));
      return text === null ? null : doneSchema.parse(JSON.parse(text));
    },
    async claim(instance, profileId, done, forMs) {
      const text = JSON.stringify(doneSchema.parse(done));
      return (await redis.set(claimKey(instance, profileId), text, 'PX', forMs, 'NX')) === 'OK';
    },
    async release(instance, profileId) {
      await redis.del(claimKey(instance, profileId));
    },
  };
}
