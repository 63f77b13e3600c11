import { createHash, randomBytes } from 'node:crypto';

/** A new token and what of it is kept. The prefix lets a secret scanner find one that leaked. */
export function createToken(): { token: string; sha256: string } {
  const token = `recert_${randomBytes(32).toString('base64url')}`;
  return { token, sha256: createHash('sha256').update(token).digest('hex') };
}
