import { createHash, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';

const proofSchema = z.discriminatedUnion('kind', [
  /** An API token: the session ends with it. */
  z.object({ kind: z.literal('token'), sha256: z.string() }),
  /** The provider. Those groups that count; the id token is what the provider wants to see when somebody signs out. */
  z.object({ kind: z.literal('oidc'), name: z.string(), groups: z.array(z.string()), idToken: z.string() }),
  /** The emergency login: the session ends when its password is another one. */
  z.object({ kind: z.literal('break-glass'), name: z.string(), fingerprint: z.string(), useId: z.string() }),
]);

const sessionSchema = z.object({ proof: proofSchema, startedAt: z.int(), endsAt: z.int() });

/** A browser that has signed in, and how it proved who it is. */
export type Session = z.output<typeof sessionSchema>;

/** Sessions of browsers. Only a hash of an id is stored: whoever reads Redis cannot take a session over. */
export interface SessionStore {
  /** Opens one and returns its id, which goes into a cookie and nowhere else. */
  open(session: Session): Promise<string>;
  /** A session that is heard of, and so does not end by silence; `null` when there is none (any more). */
  find(id: string): Promise<Session | null>;
  /** The same without being heard of. */
  peek(id: string): Promise<Session | null>;
  /** Ends one at once, and returns it. */
  close(id: string): Promise<Session | null>;
}

/** Sessions in Redis, each gone when nothing was heard of it for `idleMs`. Its end by age is judged by who reads it. */
export function createSessionStore({
  redis,
  key,
  idleMs,
}: {
  redis: Redis;
  key: Key;
  idleMs: number;
}): SessionStore {
  const keyOf = (id: string) => key('session', createHash('sha256').update(id).digest('hex'));
  return {
    async open(session) {
      const id = randomBytes(32).toString('base64url');
      await redis.set(keyOf(id), JSON.stringify(session), 'PX', idleMs);
      return id;
    },
    find: async (id) => read(await redis.getex(keyOf(id), 'PX', idleMs)),
    peek: async (id) => read(await redis.get(keyOf(id))),
    close: async (id) => read(await redis.getdel(keyOf(id))),
  };
}

/** One that an earlier version wrote is none: its owner signs in again. */
function read(text: string | null): Session | null {
  return text === null ? null : (sessionSchema.safeParse(JSON.parse(text)).data ?? null);
}
