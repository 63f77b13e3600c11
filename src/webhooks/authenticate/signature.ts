import { createHmac, createSecretKey } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { SignatureSettings } from '../../config/sections/webhook-authentication.js';
import { isOneOf } from './secrets.js';
import type { Proof } from './sender.js';

/** Length of an HMAC, in bytes. */
const LENGTHS = { sha256: 32, sha512: 64 } as const;

/** Accepted encodings of a signature. base64 may use the standard or the URL-safe alphabet and omit the padding. */
const ENCODED = { hex: /^[0-9a-f]+$/i, base64: /^[\w+/-]+={0,2}$/ } as const;

/** Maximum length of the list of header names in a log message, in characters. */
const MAX_LISTED = 500;

/**
 * Creates the authentication with an HMAC (RFC 2104) of the raw body, HASH_SIGNATURE in Jamf Pro. A request
 * without a well-formed signature is rejected before its body is read.
 */
export function signatureProof({ secret, header, algorithm, encoding, prefix }: SignatureSettings): Proof {
  const name = header.toLowerCase();
  const length = LENGTHS[algorithm];
  const keys = secret.map((value) => createSecretKey(value.reveal(), 'utf8'));

  const read = (headers: IncomingHttpHeaders): Buffer | null => {
    const value = headers[name];
    if (typeof value !== 'string' || !value.startsWith(prefix)) return null;
    const text = value.slice(prefix.length);
    if (text.length > 2 * length || !ENCODED[encoding].test(text)) return null;
    const bytes = Buffer.from(text, encoding);
    return bytes.length === length ? bytes : null;
  };

  return {
    accepts: ({ headers }) => read(headers) !== null,
    acceptsBody: (headers, body) => {
      const given = read(headers);
      return (
        given !== null &&
        isOneOf(
          given,
          keys.map((key) => createHmac(algorithm, key).update(body).digest()),
        )
      );
    },
    explain: ({ headers }) => {
      if (headers[name] === undefined)
        return `the request has no header ${name}; its headers are ${Object.keys(headers).join(', ').slice(0, MAX_LISTED)}`;
      return read(headers) === null
        ? `${name} does not contain a ${algorithm} signature in ${encoding}${prefix && ` after ${prefix}`}`
        : `the signature in ${name} does not match: the secret differs, or the body was changed in transit`;
    },
  };
}
