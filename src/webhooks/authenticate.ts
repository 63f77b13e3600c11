import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { WebhookAuthentication } from '../config/instance.js';
import type { Secret } from '../config/secret.js';

/** Whether the headers of a request prove that it comes from Jamf Pro. It takes the same time whatever is wrong with them. */
export interface Authenticator {
  accepts: (headers: IncomingHttpHeaders) => boolean;
  /** What a client must be told with a 401, as RFC 9110 asks; nothing for named headers, which no scheme describes. */
  challenge: Readonly<Record<string, string>>;
}

/** One credential: where it stands in a request, and the SHA-256 digests of what is right (two while a secret is being changed). */
interface Credential {
  header: string;
  read: (value: string) => Buffer;
  digests: readonly Buffer[];
}

/** Makes the check that configuration asks for. Digests are made once, at start. */
export function createAuthenticator(authentication: WebhookAuthentication): Authenticator {
  switch (authentication.type) {
    case 'none':
      return { accepts: () => true, challenge: {} };
    case 'basic':
      return {
        accepts: allOf([basicCredential(authentication.username, authentication.password)]),
        challenge: { 'WWW-Authenticate': 'Basic realm="recert", charset="UTF-8"' },
      };
    case 'header':
      return {
        accepts: allOf(
          Object.entries(authentication.headers).map(([name, values]) => headerCredential(name, values)),
        ),
        challenge: {},
      };
  }
}

function headerCredential(name: string, values: readonly Secret[]): Credential {
  return {
    header: name.toLowerCase(),
    // Node decodes header values as latin1: this gives back the bytes that were sent.
    read: (value) => Buffer.from(value, 'latin1'),
    digests: values.flatMap((value) => digestsOf(value.reveal())),
  };
}

function basicCredential(username: string, passwords: readonly Secret[]): Credential {
  return {
    header: 'authorization',
    read: (value) => Buffer.from(/^basic +(.*)$/i.exec(value)?.[1] ?? '', 'base64'),
    digests: passwords.flatMap((password) => digestsOf(`${username}:${password.reveal()}`)),
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

function allOf(credentials: readonly Credential[]): Authenticator['accepts'] {
  return (headers) => {
    let right = true;
    for (const { header, read, digests } of credentials) {
      const value = headers[header];
      const given = digest(read(typeof value === 'string' ? value : ''));
      let one = false;
      for (const expected of digests) one = timingSafeEqual(given, expected) || one;
      right = one && right;
    }
    return right;
  };
}
