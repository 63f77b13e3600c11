import { createHash, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { storedFormat } from '../../json/stored.js';
import type { Key } from '../redis/keys.js';
import { unreported } from '../redis/unreadable.js';

const proofSchema = z.discriminatedUnion('kind', [
  /** Signed in with an API token. The session ends when the token is no longer valid. */
  z.object({ kind: z.literal('token'), sha256: z.string() }),
  /**
   * Signed in with the identity provider. Contains the groups that determine the role, and the ID token, which the
   * identity provider requires when the user signs out.
   */
  z.object({ kind: z.literal('oidc'), name: z.string(), groups: z.array(z.string()), idToken: z.string() }),
  /** Signed in with emergency access. The session ends when the emergency password changes. */
  z.object({ kind: z.literal('break-glass'), name: z.string(), fingerprint: z.string(), useId: z.string() }),
]);

const sessionSchema = z.object({ proof: proofSchema, startedAt: z.int(), endsAt: z.int() });

const format = storedFormat('session', sessionSchema);

/** A browser session, and how the user authenticated. */
export type Session = z.output<typeof sessionSchema>;

/**
 * Stores browser sessions. Redis contains only hashes of the session IDs, so access to Redis is not sufficient to
 * take over a session.
 */
export interface SessionStore {
  /** Creates a session and returns its ID. The ID must be stored only in the cookie of the browser. */
  open(session: Session): Promise<string>;
  /** Returns a session and restarts its idle timeout; `null` when it does not exist or has ended. */
  find(id: string): Promise<Session | null>;
  /** Returns a session without restarting its idle timeout. */
  peek(id: string): Promise<Session | null>;
  /** Ends a session immediately and returns it. */
  close(id: string): Promise<Session | null>;
}

/**
 * Creates the store of browser sessions in Redis. A session expires after `idleMs` milliseconds without activity.
 * The calling code must check `endsAt`.
 */
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
      await redis.set(keyOf(id), format.write(session), 'PX', idleMs);
      return id;
    },
    find: async (id) => read(await redis.getex(keyOf(id), 'PX', idleMs)),
    peek: async (id) => read(await redis.get(keyOf(id))),
    close: async (id) => read(await redis.getdel(keyOf(id))),
  };
}

/** A session that another version stored in a different format is ignored: the user signs in again. */
function read(text: string | null): Session | null {
  return format.tryRead(text, '', unreported);
}
