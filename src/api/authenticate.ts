import type { IncomingHttpHeaders } from 'node:http';
import type { SessionStore } from '../store/sessions.js';
import { sessionIdOf } from './cookie.js';
import { Problem } from './problem.js';
import type { Principal } from './roles.js';
import type { TokenBook } from './tokens.js';

/**
 * Who sends a request: by Bearer token, else by session cookie, else nobody (`null`).
 * A session is worth as much as the token it was opened with, and ends with it.
 *
 * @throws Problem when a token was sent that is not good. A cookie that is not good is nobody: the page then asks to sign in again.
 */
export async function authenticate(
  headers: IncomingHttpHeaders,
  { tokens, sessions }: { tokens: TokenBook; sessions: SessionStore },
): Promise<Principal | null> {
  const { authorization } = headers;
  if (authorization !== undefined) return byToken(authorization, tokens);
  const id = sessionIdOf(headers);
  if (id === null) return null;
  const session = await sessions.find(id);
  if (!session) return null;
  const check = tokens.checkHash(session.tokenSha256);
  if (!check.known || check.expired) return null;
  return { name: check.token.name, role: check.token.role, via: 'session' };
}

function byToken(authorization: string, tokens: TokenBook): Principal {
  const token = /^Bearer +(\S+) *$/iu.exec(authorization)?.[1];
  if (token === undefined)
    throw notAuthenticated('The Authorization header is not understood: write "Bearer", a space, the token.');
  const check = tokens.check(token);
  if (!check.known)
    throw notAuthenticated(
      'This token is not known here. Its SHA-256 belongs under "tokens" in the configuration of this service; `recert tokens create` makes both.',
    );
  if (check.expired) throw notAuthenticated(expiredSentence(check.token.name, check.token.expires));
  return { name: check.token.name, role: check.token.role, via: 'token' };
}

/** What to say of a token whose last day is over. */
export function expiredSentence(name: string, expires: string | undefined): string {
  return `The token of ${name} was good until ${expires ?? 'some day'} (UTC). Make a new one with \`recert tokens create\`.`;
}

function notAuthenticated(detail: string): Problem {
  return new Problem(
    'not-authenticated',
    detail,
    {},
    { 'WWW-Authenticate': 'Bearer realm="recert", error="invalid_token"' },
  );
}
