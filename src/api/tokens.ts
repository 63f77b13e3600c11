import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TokenConfig } from '../config/schema.js';

const DAY_MS = 86_400_000;

/** What is known of a token somebody showed. */
export type TokenCheck =
  | { known: false }
  | { known: true; expired: false; token: TokenConfig }
  | { known: true; expired: true; token: TokenConfig };

/** Looks tokens up among those of the configuration. */
export interface TokenBook {
  /** Looks up a token as shown, by its hash and in constant time. */
  check(shown: string): TokenCheck;
  /** Looks up a token by its SHA-256, in hex. */
  checkHash(sha256: string): TokenCheck;
}

/**
 * The tokens of the configuration. A token has 256 random bits, so a plain SHA-256 is enough: there is nothing to guess,
 * and a slow hash would make every request slow. `expires` is the last day, in UTC, on which it is good.
 */
export function createTokenBook(tokens: readonly TokenConfig[], now: () => number): TokenBook {
  const book = tokens.map((token) => ({ token, digest: Buffer.from(token.sha256, 'hex') }));
  function check(digest: Buffer): TokenCheck {
    // Every token is compared, so that the time says nothing of where in the list it stands.
    const found = book.filter((entry) => timingSafeEqual(entry.digest, digest))[0];
    if (!found) return { known: false };
    const { token } = found;
    const expired = token.expires !== undefined && now() >= Date.parse(token.expires) + DAY_MS;
    return { known: true, expired, token };
  }
  return {
    check: (shown) => check(createHash('sha256').update(shown).digest()),
    checkHash: (sha256) => check(Buffer.from(sha256, 'hex')),
  };
}

/** A new token and what of it belongs into the configuration. The prefix lets a secret scanner find one that leaked. */
export function createToken(): { token: string; sha256: string } {
  const token = `recert_${randomBytes(32).toString('base64url')}`;
  return { token, sha256: createHash('sha256').update(token).digest('hex') };
}
