import { createHash, timingSafeEqual } from 'node:crypto';
import type { TokenConfig } from '../../config/schema.js';
import type { IssuedToken, TokenStore } from '../../store/access/tokens.js';

const DAY_MS = 86_400_000;
/** When a token was used is noted at most once in this time: nobody wants to know better. */
const NOTED_EVERY_MS = 60_000;

/** A token, wherever it was made. */
export type KnownToken = Pick<IssuedToken, 'name' | 'role' | 'instances' | 'sha256'> & {
  /** Last day on which it is good, YYYY-MM-DD in UTC. */
  expires?: string | undefined;
};

/** What is known of a token somebody showed. */
export type TokenCheck = { known: false } | { known: true; expired: boolean; token: KnownToken };

/** Looks tokens up among those of the configuration and those that were issued since. */
export interface TokenBook {
  /** Looks up a token as shown, by its hash, and notes that it was used. */
  check(shown: string): Promise<TokenCheck>;
  /** Looks up a token by its SHA-256, in hex. */
  checkHash(sha256: string): Promise<TokenCheck>;
}

/**
 * All tokens. A token has 256 random bits, so a plain SHA-256 is enough: there is nothing to guess, and a slow hash would make every
 * request slow. Those of the configuration are looked at first, and are good while Redis is away or has lost the others.
 */
export function createTokenBook(
  configured: readonly TokenConfig[],
  issued: Pick<TokenStore, 'find' | 'noteUsed'>,
  now: () => number,
): TokenBook {
  const book = configured.map((token) => ({
    token: { ...token, instances: null },
    digest: Buffer.from(token.sha256, 'hex'),
  }));
  const noted = new Map<string, number>();

  async function checkHash(sha256: string): Promise<TokenCheck> {
    const digest = Buffer.from(sha256, 'hex');
    // Every token is compared, so that the time says nothing of where in the list it stands.
    const found = book.filter((entry) => timingSafeEqual(entry.digest, digest))[0];
    const token: KnownToken | null = found?.token ?? (await issued.find(sha256));
    return token ? { known: true, expired: isOver(token, now()), token } : { known: false };
  }

  function note(sha256: string): void {
    const at = now();
    if (at - (noted.get(sha256) ?? -Infinity) < NOTED_EVERY_MS) return;
    noted.set(sha256, at);
    // Whoever has a good token is not kept waiting, nor refused, because this could not be written.
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

/** Whether the last day of a token is over, in UTC. */
export function isOver({ expires }: Pick<KnownToken, 'expires'>, at: number): boolean {
  return expires !== undefined && at >= Date.parse(expires) + DAY_MS;
}
