import { createHash, randomBytes } from 'node:crypto';

/**
 * Creates a random token and its SHA-256 hash. Recert stores only the hash. The prefix `recert_` lets secret
 * scanners find leaked tokens.
 */
export function createToken(): { token: string; sha256: string } {
  const token = `recert_${randomBytes(32).toString('base64url')}`;
  return { token, sha256: createHash('sha256').update(token).digest('hex') };
}
