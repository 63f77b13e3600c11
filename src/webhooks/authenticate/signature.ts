import { createHmac, createSecretKey } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { SignatureSettings } from '../../config/sections/webhook-authentication.js';
import { isOneOf } from './secrets.js';
import type { Proof } from './sender.js';

/** Bytes of a digest. */
const LENGTHS = { sha256: 32, sha512: 64 } as const;

/** How the bytes of a signature may be written: with the letters of base64 either way, `=` at its end or not. */
const WRITTEN = { hex: /^[0-9a-f]+$/i, base64: /^[\w+/-]+={0,2}$/ } as const;

/** Longer lists of header names than any sender has are not worth a line in a log. */
const MOST_CHARACTERS = 500;

/**
 * An HMAC (RFC 2104) over the body as it came, Jamf's HASH_SIGNATURE. A request without anything that could be a signature is refused
 * before its body is read.
 */
export function signatureProof({ secret, header, algorithm, encoding, prefix }: SignatureSettings): Proof {
  const name = header.toLowerCase();
  const length = LENGTHS[algorithm];
  const keys = secret.map((one) => createSecretKey(one.reveal(), 'utf8'));

  const read = (headers: IncomingHttpHeaders): Buffer | null => {
    const value = headers[name];
    if (typeof value !== 'string' || !value.startsWith(prefix)) return null;
    const text = value.slice(prefix.length);
    if (text.length > 2 * length || !WRITTEN[encoding].test(text)) return null;
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
        return `it has no header ${name} but ${Object.keys(headers).join(', ').slice(0, MOST_CHARACTERS)}`;
      return read(headers) === null
        ? `what stands in ${name} is no ${algorithm} in ${encoding}${prefix && ` after ${prefix}`}`
        : `the signature in ${name} is not right: another secret, or a body changed on its way`;
    },
  };
}
