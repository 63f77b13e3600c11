import { hash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../config/values/secret.js';
import type { Proof } from './sender.js';

/** One credential: where it stands in a request, and the SHA-256 digests of what is right (two while a secret is being changed). */
interface Credential {
  header: string;
  read: (value: string) => Buffer;
  digests: readonly Buffer[];
}

/** Secrets in named headers: all must be right, each in one of its values. */
export function headerProof(headers: Readonly<Record<string, readonly Secret[]>>): Proof {
  return proofOf(Object.entries(headers).map(([name, values]) => headerCredential(name, values)));
}

/** User name and password (RFC 7617). */
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
    // Node decodes header values as latin1: this gives back the bytes that were sent.
    read: (value) => Buffer.from(value, 'latin1'),
    digests: values.flatMap((value) => digestsOf(value.reveal())),
  };
}

/** Senders write other letters than those of English as UTF-8 or as latin1; either is right. */
function digestsOf(secret: string): Buffer[] {
  return [digest(Buffer.from(secret, 'utf8')), digest(Buffer.from(secret, 'latin1'))];
}

/** Equal length whatever was sent, so that the comparison takes the same time whatever is wrong. */
function digest(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer');
}

function proofOf(credentials: readonly Credential[]): Proof {
  return {
    accepts: ({ headers }) => {
      let right = true;
      for (const { header, read, digests } of credentials) {
        const value = headers[header];
        const given = digest(read(typeof value === 'string' ? value : ''));
        right = isOneOf(given, digests) && right;
      }
      return right;
    },
    acceptsBody: null,
    explain: ({ headers }) => {
      const missing = credentials.filter(({ header }) => headers[header] === undefined);
      return missing.length > 0
        ? `it has no header ${missing.map(({ header }) => header).join(', ')}`
        : `what stands in ${credentials.map(({ header }) => header).join(', ')} is not right`;
    },
  };
}

/** Whether bytes are one of several of the same length, in a time that does not tell which. */
export function isOneOf(given: Buffer, several: readonly Buffer[]): boolean {
  let one = false;
  for (const expected of several) one = timingSafeEqual(given, expected) || one;
  return one;
}
