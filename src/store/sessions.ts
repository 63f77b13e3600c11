import { createHash, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from './keys.js';

const sessionSchema = z.object({
  /** SHA-256 of the API token that it was opened with: a session ends with its token. */
  tokenSha256: z.string(),
  startedAt: z.int(),
});

/** A browser that has signed in. */
export type Session = z.output<typeof sessionSchema>;

/** Sessions of browsers. Only a hash of an id is stored: whoever reads Redis cannot take a session over. */
export interface SessionStore {
  /** Opens one and returns its id, which goes into a cookie and nowhere else. */
  open(session: Session): Promise<string>;
  find(id: string): Promise<Session | null>;
  close(id: string): Promise<void>;
}

/** Sessions in Redis, each gone after `lifeMs`. */
export function createSessionStore({
  redis,
  key,
  lifeMs,
}: {
  redis: Redis;
  key: Key;
  lifeMs: number;
}): SessionStore {
  const keyOf = (id: string) => key('session', createHash('sha256').update(id).digest('hex'));
  return {
    async open(session) {
      const id = randomBytes(32).toString('base64url');
      await redis.set(keyOf(id), JSON.stringify(session), 'PX', lifeMs);
      return id;
    },
    async find(id) {
      const text = await redis.get(keyOf(id));
      return text === null ? null : sessionSchema.parse(JSON.parse(text));
    },
    async close(id) {
      await redis.del(keyOf(id));
    },
  };
}
