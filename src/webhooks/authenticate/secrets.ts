import { hash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../config/values/secret.js';
import type { Proof } from './sender.js';

/** A header with the SHA-256 hashes of its accepted values (several during a rotation). */
interface Credential {
  header: string;
  read: (value: string) => Buffer;
  digests: readonly Buffer[];
}

/** Creates the authentication with secrets in headers. Every header must have one of its accepted values. */
export function headerProof(headers: Readonly<Record<string, readonly Secret[]>>): Proof {
  return proofOf(Object.entries(headers).map(([name, values]) => headerCredential(name, values)));
}

/** Creates the basic authentication (RFC 7617). */
export function basicProof(username: string, passwords: readonly Secret[]): Proof {
  return proofOf([
    {
      header: 'authorization',
      read: (value) => Buffer.from(/^basic +(.*)$/i.exec(value)?.[1] ?? '', 'base64'),
      digests: passwords.flatMap((password) => digestsOf(`${username}:${password.reveal()}`)),
    },
  ]);
}

function headerCredential(name: string, values: readonly Secret[]): Credential {
  return {
    header: name.toLowerCase(),
    // Node.js decodes header values as latin1. This restores the bytes that were sent.
    read: (value) => Buffer.from(value, 'latin1'),
    digests: values.flatMap((value) => digestsOf(value.reveal())),
  };
}

/** Returns the hashes of a secret in UTF-8 and in latin1, because senders use either encoding for non-ASCII characters. */
function digestsOf(secret: string): Buffer[] {
  return [digest(Buffer.from(secret, 'utf8')), digest(Buffer.from(secret, 'latin1'))];
}

/** Values are compared as hashes, because a comparison in constant time requires values of the same length. */
function digest(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer');
}

function proofOf(credentials: readonly Credential[]): Proof {
  return {
    accepts: ({ headers }) => {
      let accepted = true;
      for (const { header, read, digests } of credentials) {
        const value = headers[header];
        const given = digest(read(typeof value === 'string' ? value : ''));
        accepted = isOneOf(given, digests) && accepted;
      }
      return accepted;
    },
    acceptsBody: null,
    explain: ({ headers }) => {
      const missing = credentials.filter(({ header }) => headers[header] === undefined);
      return missing.length > 0
        ? `the request has no header ${missing.map(({ header }) => header).join(', ')}`
        : `incorrect value in header ${credentials.map(({ header }) => header).join(', ')}`;
    },
  };
}

/** Whether a buffer equals one of several buffers of the same length, in constant time. */
export function isOneOf(given: Buffer, accepted: readonly Buffer[]): boolean {
  let found = false;
  for (const expected of accepted) found = timingSafeEqual(given, expected) || found;
  return found;
}
