import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { storedFormat } from '../../json/stored.js';
import { type StoreAccess, unreported } from '../redis/unreadable.js';

const useSchema = z.object({
  id: z.string(),
  /** Name that the user entered. It is not verified. */
  name: z.string(),
  address: z.string(),
  at: z.int(),
  /** End of the session, epoch milliseconds. */
  endsAt: z.int(),
});

const format = storedFormat('emergency sign-in', useSchema);

/** A use of emergency access: a user signed in with the emergency password. */
export type BreakGlassUse = z.output<typeof useSchema>;

/** Stores the uses of emergency access, and counts the sign-in attempts. */
export interface BreakGlassStore {
  /** Counts a sign-in attempt. Returns the number of attempts from this address within one minute, including this one. */
  tried(address: string): Promise<number>;
  note(use: Omit<BreakGlassUse, 'id'>): Promise<BreakGlassUse>;
  /** Removes a use of emergency access when the user signs out. */
  end(id: string): Promise<void>;
  /** Returns the uses of emergency access whose session has not ended. */
  open(now: number): Promise<readonly BreakGlassUse[]>;
}

const WINDOW_MS = 60_000;
/** Time after the end of its session at which a use of emergency access is deleted, milliseconds. */
const KEPT_MS = 3_600_000;

/**
 * Creates the store in Redis, which all receivers share: a hash of the uses of emergency access, and one counter
 * of attempts per address.
 */
export function createBreakGlassStore({ redis, key, report = unreported }: StoreAccess): BreakGlassStore {
  const uses = key('break-glass', 'uses');
  return {
    async tried(address) {
      const name = key('break-glass', 'tries', address);
      const answers = await redis.multi().incr(name).pexpire(name, WINDOW_MS, 'NX').exec();
      return z.int().parse(answers?.[0]?.[1]);
    },
    async note(use) {
      const noted = { ...use, id: randomBytes(8).toString('hex') };
      await redis.hset(uses, noted.id, format.write(noted));
      return noted;
    },
    async end(id) {
      await redis.hdel(uses, id);
    },
    async open(now) {
      const all = format.readAll(Object.entries(await redis.hgetall(uses)), report);
      const old = all.filter(({ endsAt }) => endsAt < now - KEPT_MS).map(({ id }) => id);
      if (old.length > 0) await redis.hdel(uses, ...old);
      return all.filter(({ endsAt }) => endsAt > now);
    },
  };
}
