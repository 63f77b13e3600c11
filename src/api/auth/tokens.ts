import { createHash, timingSafeEqual } from 'node:crypto';
import type { TokenConfig } from '../../config/schema.js';
import type { IssuedToken, TokenStore } from '../../store/access/tokens.js';

const DAY_MS = 86_400_000;
/** Minimum time between two updates of the last-used time of a token, milliseconds. */
const NOTE_INTERVAL_MS = 60_000;

/** A token from the configuration file or a token that the service created. */
export type KnownToken = Pick<IssuedToken, 'name' | 'role' | 'instances' | 'sha256'> & {
  /** Last day on which the token is valid, YYYY-MM-DD in UTC. */
  expires?: string | undefined;
};

/** Result of looking up a token. */
export type TokenCheck = { known: false } | { known: true; expired: boolean; token: KnownToken };

/** Looks up tokens, both those in the configuration file and those that the service created. */
export interface TokenVerifier {
  /** Looks up a token by its plain text and records that it was used. */
  check(shown: string): Promise<TokenCheck>;
  /** Looks up a token by its SHA-256 hash, in hex. */
  checkHash(sha256: string): Promise<TokenCheck>;
}

/**
 * Creates the verifier of API tokens. A token has 256 random bits, so a plain SHA-256 hash is sufficient; a slow
 * password hash would slow down every request. Tokens in the configuration file are checked first. They work even
 * when Redis is down or has lost the tokens that the service created.
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
    // All tokens are compared, so the time of the comparison does not reveal which token matches.
    const found = book.filter((entry) => timingSafeEqual(entry.digest, digest))[0];
    const token: KnownToken | null = found?.token ?? (await issued.find(sha256));
    return token ? { known: true, expired: isExpired(token, now()), token } : { known: false };
  }

  function note(sha256: string): void {
    const at = now();
    if (at - (noted.get(sha256) ?? -Infinity) < NOTE_INTERVAL_MS) return;
    noted.set(sha256, at);
    // The write is not awaited: a slow or failed write must not delay or refuse a request with a valid token.
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

/** Whether the last day on which a token is valid (UTC) has passed. */
export function isExpired({ expires }: Pick<KnownToken, 'expires'>, at: number): boolean {
  return expires !== undefined && at >= Date.parse(expires) + DAY_MS;
}
