import { createPrivateKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { secret } from './secret.js';

/** Reads a private key: PEM (PKCS#8 or PKCS#1), or a JWK. @throws Error without the text of the key */
export function readKey(text: string): KeyObject {
  try {
    const trimmed = text.trim();
    if (!trimmed.startsWith('{')) return createPrivateKey(trimmed);
    const jwk = z.looseObject({ kty: z.string() }).parse(JSON.parse(trimmed));
    return createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    // The error of the library may contain a part of the key.
    throw new Error('is not a private key');
  }
}

/** Schema of a field with a private key: RSA, or EC with the curve P-256. */
export function privateKey() {
  return secret().refine((value) => {
    try {
      const { asymmetricKeyType, asymmetricKeyDetails } = readKey(value.reveal());
      return asymmetricKeyType === 'rsa' || asymmetricKeyDetails?.namedCurve === 'prime256v1';
    } catch {
      return false;
    }
  }, 'is not a private key that Recert can use. Set an RSA or EC P-256 key as PEM or as JWK');
}
