import type { Redis } from 'ioredis';
import { z } from 'zod';
import { storedFormat } from '../../json/stored.js';
import type { Key } from '../redis/keys.js';

const doneSchema = z.object({ by: z.string(), reason: z.string(), at: z.int(), computers: z.int() });

const format = storedFormat('redistribution to the scope of profile', doneSchema);

/** Record of sending a profile to its whole scope. */
export type WholeScopeDone = z.output<typeof doneSchema>;

/**
 * Stores when each profile was last sent to its whole scope. A record is kept for the time in which this must not be
 * repeated.
 */
export interface WholeScopeStore {
  /**
   * Returns the record of the last time that a profile, given by its Jamf Pro ID, was sent to its whole scope;
   * `null` when it may be sent again.
   */
  last(instance: string, profileId: string): Promise<WholeScopeDone | null>;
  /** Reserves the profile for `forMs` milliseconds. Returns `false` if it is already reserved. */
  claim(instance: string, profileId: string, done: WholeScopeDone, forMs: number): Promise<boolean>;
  /** Ends the reservation. Call it only when Jamf Pro certainly did not send the profile. */
  release(instance: string, profileId: string): Promise<void>;
}

/** Creates the store in Redis: one key per profile, which expires. */
export function createWholeScopeStore({ redis, key }: { redis: Redis; key: Key }): WholeScopeStore {
  const claimKey = (instance: string, profileId: string) => key(instance, 'whole-scope', profileId);
  return {
    async last(instance, profileId) {
      const text = await redis.get(claimKey(instance, profileId));
      return text === null ? null : format.read(text, profileId);
    },
    async claim(instance, profileId, done, forMs) {
      const text = format.write(doneSchema.parse(done));
      return (await redis.set(claimKey(instance, profileId), text, 'PX', forMs, 'NX')) === 'OK';
    },
    async release(instance, profileId) {
      await redis.del(claimKey(instance, profileId));
    },
  };
}
