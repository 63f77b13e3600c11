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
/** How a session was opened. */
export type SessionKind = Session['proof']['kind'];
/** All kinds of sessions. */
export const SESSION_KINDS = ['token', 'oidc', 'break-glass'] as const satisfies readonly SessionKind[];

/**
 * Stores browser sessions. Redis contains only hashes of the session IDs, so access to Redis is not sufficient to
 * take over a session.
 */
export interface SessionStore {
  /**
   * Creates a session of the user with this name and returns its ID. The ID must be stored only in the cookie of
   * the browser.
   */
  open(user: string, session: Session): Promise<string>;
  /** Returns a session and restarts its idle timeout; `null` when it does not exist or has ended. */
  find(id: string): Promise<Session | null>;
  /** Returns a session without restarting its idle timeout. */
  peek(id: string): Promise<Session | null>;
  /** Ends a session immediately and returns it. */
  close(id: string): Promise<Session | null>;
  /** Ends all sessions of a user immediately and returns them. Users of different kinds can have the same name. */
  closeAll(user: string, kind: SessionKind): Promise<readonly Session[]>;
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
  const keyOf = (id: string) => key('session', sha256(id));
  /** Sorted set of the session keys of a user, by the end of each session. */
  const setOf = (user: string, kind: SessionKind) => key('sessions', kind, sha256(user));
  return {
    async open(user, session) {
      const { startedAt, endsAt, proof } = session;
      const id = randomBytes(32).toString('base64url');
      const [name, all] = [keyOf(id), setOf(user, proof.kind)];
      const lifeMs = Math.max(1, endsAt - startedAt);
      await redis
        .multi()
        .zadd(all, endsAt, name)
        .zremrangebyscore(all, '-inf', String(startedAt))
        // With GT, Redis changes only an existing expiry, and with NX, it sets only a missing expiry. Both are
        // needed.
        .pexpire(all, lifeMs, 'NX')
        .pexpire(all, lifeMs, 'GT')
        .set(name, format.write(session), 'PX', idleMs)
        .exec();
      return id;
    },
    find: async (id) => read(await redis.getex(keyOf(id), 'PX', idleMs)),
    peek: async (id) => read(await redis.get(keyOf(id))),
    close: async (id) => read(await redis.getdel(keyOf(id))),
    async closeAll(user, kind) {
      const all = setOf(user, kind);
      const names = await redis.zrange(all, 0, '-1');
      if (names.length === 0) return [];
      const texts = await Promise.all(names.map((name) => redis.getdel(name)));
      // Only the keys that were read are removed, because the user may have signed in again since the set was read.
      await redis.zrem(all, ...names);
      return texts.flatMap((text) => read(text) ?? []);
    },
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A session that another version of Recert stored in a different format is ignored. The user must then sign in again. */
function read(text: string | null): Session | null {
  return format.tryRead(text, '', unreported);
}
