import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';

const useSchema = z.object({
  id: z.string(),
  /** Name that the user entered; not verified. */
  name: z.string(),
  address: z.string(),
  at: z.int(),
  /** End of the session, epoch milliseconds. */
  endsAt: z.int(),
});

/** One use of emergency access. */
export type BreakGlassUse = z.output<typeof useSchema>;

/** Uses of emergency access, and sign-in attempts. */
export interface BreakGlassStore {
  /** Counts an attempt; returns the number of attempts from this address within a minute, including this one. */
  tried(address: string): Promise<number>;
  note(use: Omit<BreakGlassUse, 'id'>): Promise<BreakGlassUse>;
  /** Removes a use whose session was signed out. */
  end(id: string): Promise<void>;
  /** Returns uses whose session has not ended. */
  open(now: number): Promise<readonly BreakGlassUse[]>;
}

const WINDOW_MS = 60_000;
/** Retention of a use after the end of its session, long enough for the check for incidents to see it. */
const KEPT_MS = 3_600_000;

/** Creates the store in Redis, shared by all receivers: a hash of uses, and one attempt counter per address. */
export function createBreakGlassStore({ redis, key }: { redis: Redis; key: Key }): BreakGlassStore {
  const uses = key('break-glass', 'uses');
  return {
    async tried(address) {
      const name = key('break-glass', 'tries', address);
      const answers = await redis.multi().incr(name).pexpire(name, WINDOW_MS, 'NX').exec();
      return z.int().parse(answers?.[0]?.[1]);
    },
    async note(use) {
      const noted = { ...use, id: randomBytes(8).toString('hex') };
      await redis.hset(uses, noted.id, JSON.stringify(noted));
      return noted;
    },
    async end(id) {
      await redis.hdel(uses, id);
    },
    async open(now) {
      const all = Object.values(await redis.hgetall(uses)).map((text) => useSchema.parse(JSON.parse(text)));
      const old = all.filter(({ endsAt }) => endsAt < now - KEPT_MS).map(({ id }) => id);
      if (old.length > 0) await redis.hdel(uses, ...old);
      return all.filter(({ endsAt }) => endsAt > now);
    },
  };
}
