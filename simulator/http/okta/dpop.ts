import type { JsonWebKey } from 'node:crypto';
import type { Request } from 'express';
import { readJwt, sha256 } from './jwt.js';

/** Maximum age of a proof, milliseconds. */
const MAX_AGE_MS = 300_000;

/** What a proof must belong to. `token`: the access token of the request; absent for a token request. */
export interface ProofOf {
  url: string;
  now: number;
  usedIds: Set<string>;
  token?: string;
}

/** Reads the DPoP proof of a request (RFC 9449, 4.3). Returns its key and its nonce, or why it is refused. */
export function readProof(
  req: Request,
  { url, now, usedIds, token }: ProofOf,
): { key: string; nonce: unknown } | { refused: string } {
  const proof = readJwt(String(req.headers['dpop'] ?? ''));
  if (!proof) return { refused: 'The DPoP proof JWT header is missing.' };
  const { header, claims, isSignedBy } = proof;
  const { jwk } = header;
  if (header['typ'] !== 'dpop+jwt' || !isJwk(jwk) || 'd' in jwk)
    return { refused: 'The DPoP proof JWT header is invalid.' };
  if (!isSignedBy(jwk)) return { refused: 'The DPoP proof JWT signature is invalid.' };
  if (claims['htm'] !== req.method || claims['htu'] !== url)
    return { refused: 'The DPoP proof JWT is for another request.' };
  const age = Math.abs(now - Number(claims['iat']) * 1_000);
  if (!(age <= MAX_AGE_MS)) return { refused: 'The DPoP proof JWT is not within the allowed time.' };
  const { jti: id } = claims;
  if (typeof id !== 'string' || id === '' || usedIds.has(id))
    return { refused: 'The DPoP proof JWT has already been used.' };
  usedIds.add(id);
  if (token !== undefined && claims['ath'] !== sha256(token))
    return { refused: 'The DPoP proof JWT is for another access token.' };
  return { key: sha256(JSON.stringify(Object.entries(jwk).sort())), nonce: claims['nonce'] };
}

function isJwk(value: unknown): value is JsonWebKey {
  return typeof value === 'object' && value !== null && 'kty' in value;
}
