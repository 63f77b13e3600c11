import { createHash, timingSafeEqual } from 'node:crypto';
import type { TokenConfig } from '../../config/schema.js';
import type { IssuedToken, TokenStore } from '../../store/access/tokens.js';

const DAY_MS = 86_400_000;
/** Minimum time between two writes of the last-used time of a token. */
const NOTE_INTERVAL_MS = 60_000;

/** A token of the configuration or an issued one. */
export type KnownToken = Pick<IssuedToken, 'name' | 'role' | 'instances' | 'sha256'> & {
  /** Last valid day, YYYY-MM-DD in UTC. */
  expires?: string | undefined;
};

/** The result of checking a token. */
export type TokenCheck = { known: false } | { known: true; expired: boolean; token: KnownToken };

/** Looks up tokens of the configuration and issued tokens. */
export interface TokenVerifier {
  /** Looks up a token by its plain text and records its use. */
  check(shown: string): Promise<TokenCheck>;
  /** Looks up a token by its SHA-256, in hex. */
  checkHash(sha256: string): Promise<TokenCheck>;
}

/**
 * Creates the token book. A token has 256 random bits, so a plain SHA-256 is sufficient; a slow password hash would slow down every
 * request. Tokens of the configuration are checked first and work even when Redis is down or has lost the issued tokens.
 */
export function createTokenVerifier(
  configured: readonly TokenConfig[],
  issued: Pick<TokenStore, 'find' | 'noteUsed'>,
  now: () => number,
): TokenVerifier {
  const book = configured.map((token) => ({
    token: { ...token, instances: null },
    digest: Buffer.from(token.sha256, 'hex'),
  }));
  const noted = new Map<string, number>();

  async function checkHash(sha256: string): Promise<TokenCheck> {
    const digest = Buffer.from(sha256, 'hex');
    // All tokens are compared, so that the timing does not reveal the position of a match.
    const found = book.filter((entry) => timingSafeEqual(entry.digest, digest))[0];
    const token: KnownToken | null = found?.token ?? (await issued.find(sha256));
    return token ? { known: true, expired: isExpired(token, now()), token } : { known: false };
  }

  function note(sha256: string): void {
    const at = now();
    if (at - (noted.get(sha256) ?? -Infinity) < NOTE_INTERVAL_MS) return;
    noted.set(sha256, at);
    // Not awaited: a slow or failed write must not delay or refuse a request with a valid token.
    issued.noteUsed(sha256, at).catch(() => noted.delete(sha256));
  }

  return {
    async check(shown) {
      const sha256 = createHash('sha256').update(shown).digest('hex');
      const check = await checkHash(sha256);
      if (check.known) note(sha256);
      return check;
    },
    checkHash,
  };
}

/** Whether the last valid day of a token (UTC) has passed. */
export function isExpired({ expires }: Pick<KnownToken, 'expires'>, at: number): boolean {
  return expires !== undefined && at >= Date.parse(expires) + DAY_MS;
}
