import { randomBytes } from 'node:crypto';

/**
 * The user or API client that holds a token. A token keeps the privileges that were valid when it was issued.
 * Changes of privileges apply only to new tokens.
 */
export interface Session {
  kind: 'client' | 'user';
  name: string;
  privileges: ReadonlySet<string>;
}

interface Token {
  value: string;
  expiresAt: number;
}

/** The valid access tokens. */
export interface Tokens {
  issue(session: Session, lifetimeMs: number): Token;
  find(value: string): Session | undefined;
  revoke(value: string): void;
  /** Invalidates all tokens, as a restart of Jamf Pro does. */
  clear(): void;
}

/** Creates an empty token store in memory. `now`: epoch milliseconds. */
export function createTokens(now: () => number): Tokens {
  const sessions = new Map<string, { session: Session; expiresAt: number }>();
  const dropExpired = () => {
    for (const [value, { expiresAt }] of sessions) if (expiresAt <= now()) sessions.delete(value);
  };
  return {
    issue(session, lifetimeMs) {
      dropExpired();
      // Looks like a JWT but is opaque, so that a client that decodes it fails.
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
