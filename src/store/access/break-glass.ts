import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';

const useSchema = z.object({
  id: z.string(),
  /** Who they say they are. */
  name: z.string(),
  address: z.string(),
  at: z.int(),
  /** When the session that it opened is over. */
  endsAt: z.int(),
});

/** One use of the emergency login. */
export type BreakGlassUse = z.output<typeof useSchema>;

/** Uses of the emergency login, and tries at it. */
export interface BreakGlassStore {
  /** Counts a try; returns how many there were from this address within the minute, this one included. */
  tried(address: string): Promise<number>;
  note(use: Omit<BreakGlassUse, 'id'>): Promise<BreakGlassUse>;
  /** Its session was signed out. */
  end(id: string): Promise<void>;
  /** Uses whose session is not over. */
  open(now: number): Promise<readonly BreakGlassUse[]>;
}

const WINDOW_MS = 60_000;
/** A use that is over stays so long in the list: long enough for whoever looks for incidents to have seen it once. */
const KEPT_MS = 3_600_000;

/** In Redis: a hash of uses, and a counter for each address, shared by all receivers. */
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
