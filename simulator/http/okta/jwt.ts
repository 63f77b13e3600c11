import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto';

/** A JSON Web Token that is split, but not verified. */
interface Jwt {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  /** Whether the signature belongs to the key. Supports RS256 and ES256. */
  isSignedBy: (key: JsonWebKey) => boolean;
}

/** Splits a JWT. Returns `null` if the text is not a JWT. */
export function readJwt(text: string): Jwt | null {
  const [head = '', body = '', signature = '', ...more] = text.split('.');
  const [header, claims] = [head, body].map(readPart);
  if (!header || !claims || signature === '' || more.length > 0) return null;
  return {
    header,
    claims,
    isSignedBy: (jwk) => {
      if (header['alg'] !== 'RS256' && header['alg'] !== 'ES256') return false;
      const key = createPublicKey({ key: jwk, format: 'jwk' });
      const signed = Buffer.from(`${head}.${body}`);
      return verify(
        'sha256',
        signed,
        { key, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      );
    },
  };
}

function readPart(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : null;
  } catch {
    return null;
  }
}

/** SHA-256 of a text, base64url: the claim `ath` of a DPoP proof (RFC 9449, 4.2). */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
