import type { SignInConfig } from '../../config/sections/sign-in.js';
import type { Session, SessionStore } from '../../store/access/sessions.js';
import { Problem } from '../../contract/problem.js';
import type { Principal } from '../../contract/roles.js';
import type { Sender } from '../http/sender.js';
import { fingerprintOf, roleOf } from './role-mapping.js';
import type { TokenBook } from './tokens.js';

/** What is needed to know who somebody is. */
export interface WhoIsWho {
  tokens: TokenBook;
  sessions: SessionStore;
  config: { signIn: SignInConfig };
  now: () => number;
}

/**
 * Who sends a request: by Bearer token, else by session cookie, else nobody (`null`).
 * A session is worth as much as what it was opened with, and ends with it. `heard`: whether it is heard of by this.
 *
 * @throws Problem when a token was sent that is not good. A cookie that is not good is nobody: the page then asks to sign in again.
 */
export async function authenticate(
  { headers: { authorization }, sessionId }: Pick<Sender, 'headers' | 'sessionId'>,
  services: WhoIsWho,
  { heard = true } = {},
): Promise<Principal | null> {
  if (authorization !== undefined) return byToken(authorization, services.tokens);
  if (sessionId === null) return null;
  const { sessions } = services;
  const session = await (heard ? sessions.find(sessionId) : sessions.peek(sessionId));
  return session && principalOf(session, services);
}

/** Who a session belongs to, by the configuration of now; `null` when it is no longer good. */
async function principalOf(
  { proof, endsAt }: Session,
  { tokens, config: { signIn }, now }: Omit<WhoIsWho, 'sessions'>,
): Promise<Principal | null> {
  if (now() >= endsAt) return null;
  switch (proof.kind) {
    case 'token': {
      const check = await tokens.checkHash(proof.sha256);
      if (!check.known || check.expired) return null;
      const { name, role, instances } = check.token;
      return { name, role, instances, via: 'session' };
    }
    case 'oidc': {
      const role = signIn.oidc ? roleOf(proof.groups, signIn.oidc.roles) : null;
      return role && { name: proof.name, role, instances: null, via: 'oidc' };
    }
    case 'break-glass': {
      const { breakGlass } = signIn;
      if (!breakGlass || fingerprintOf(breakGlass) !== proof.fingerprint) return null;
      return { name: proof.name, role: breakGlass.role, instances: null, via: 'break-glass' };
    }
  }
}

async function byToken(authorization: string, tokens: TokenBook): Promise<Principal> {
  const token = /^Bearer +(\S+) *$/iu.exec(authorization)?.[1];
  if (token === undefined)
    throw notAuthenticated('The Authorization header is not understood: write "Bearer", a space, the token.');
  const check = await tokens.check(token);
  if (!check.known)
    throw notAuthenticated(
      'This token is not known here, or was revoked. An admin makes one with `recert tokens issue`; one of `recert tokens create` belongs under "tokens" in the configuration of this service.',
    );
  const { name, role, instances, expires } = check.token;
  if (check.expired) throw notAuthenticated(expiredSentence(name, expires));
  return { name, role, instances, via: 'token' };
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
