import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';

const doneSchema = z.object({ by: z.string(), reason: z.string(), at: z.int(), computers: z.int() });

/** A redistribution to a whole scope, as it is remembered. */
export type WholeScopeDone = z.output<typeof doneSchema>;

/** When a profile was last redistributed to its whole scope, for as long as it may not be done again. */
export interface WholeScopeStore {
  /** Of a profile by its id in Jamf; `null` when it may be done. */
  last(instance: string, profileId: string): Promise<WholeScopeDone | null>;
  /** Takes the one place there is, for `forMs`. False: somebody was quicker, or it was done before. */
  claim(instance: string, profileId: string, done: WholeScopeDone, forMs: number): Promise<boolean>;
  /** Gives it back, because Jamf certainly did not do it. */
  release(instance: string, profileId: string): Promise<void>;
}

/** In Redis: a text for each profile, which expires. */
export function createWholeScopeStore({ redis, key }: { redis: Redis; key: Key }): WholeScopeStore {
  const place = (instance: string, profileId: string) => key(instance, 'whole-scope', profileId);
  return {
    async last(instance, profileId) {
      const text = await redis.get(place(instance, profileId));
      return text === null ? null : doneSchema.parse(JSON.parse(text));
    },
    async claim(instance, profileId, done, forMs) {
      const text = JSON.stringify(doneSchema.parse(done));
      return (await redis.set(place(instance, profileId), text, 'PX', forMs, 'NX')) === 'OK';
    },
    async release(instance, profileId) {
      await redis.del(place(instance, profileId));
    },
  };
}
