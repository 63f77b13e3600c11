import { randomBytes } from 'node:crypto';

/** Who holds a token. The privileges are those at its issue: changes apply to new tokens only. */
export interface Session {
  kind: 'client' | 'user';
  name: string;
  privileges: ReadonlySet<string>;
}

interface Token {
  value: string;
  expiresAt: number;
}

/** The access tokens now valid. */
export interface Tokens {
  issue(session: Session, lifetimeMs: number): Token;
  find(value: string): Session | undefined;
  revoke(value: string): void;
  /** A restart forgets all of them. */
  clear(): void;
}

/** Tokens in memory. `now`: epoch milliseconds. */
export function createTokens(now: () => number): Tokens {
  const sessions = new Map<string, { session: Session; expiresAt: number }>();
  const dropExpired = () => {
    for (const [value, { expiresAt }] of sessions) if (expiresAt <= now()) sessions.delete(value);
  };
  return {
    issue(session, lifetimeMs) {
      dropExpired();
      // Looks like a JWT and is none: a client that reads it is wrong.
      const value = `eyJhbGciOiJIUzI1NiJ9.${randomBytes(48).toString('base64url')}.${randomBytes(32).toString('base64url')}`;
      const expiresAt = now() + lifetimeMs;
      sessions.set(value, { session, expiresAt });
      return { value, expiresAt };
    },
    find(value) {
      const entry = sessions.get(value);
      return entry && entry.expiresAt > now() ? entry.session : undefined;
    },
    revoke: (value) => void sessions.delete(value),
    clear: () => sessions.clear(),
  };
}
