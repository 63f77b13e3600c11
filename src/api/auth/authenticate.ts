import type { SignInConfig } from '../../config/sections/sign-in.js';
import type { Session, SessionStore } from '../../store/access/sessions.js';
import { Problem } from '../../contract/problem.js';
import type { Principal } from '../../contract/roles.js';
import type { RequestSender } from '../http/sender.js';
import { fingerprintOf, roleOf } from './role-mapping.js';
import type { TokenVerifier } from './tokens.js';

/** Dependencies of `authenticate`. */
export interface AuthenticationDeps {
  tokens: TokenVerifier;
  sessions: SessionStore;
  config: { signIn: SignInConfig };
  now: () => number;
}

/**
 * Identifies the sender of a request by its Bearer token, or if there is none, by its session cookie. Returns `null`
 * when the request has neither. A session has the rights of the credential that opened it, and ends when that
 * credential becomes invalid. With `heard: false`, the request does not extend the idle timeout of the session.
 * @throws Problem when the token is invalid. An invalid cookie counts as no cookie, so the console asks for a new
 * sign-in.
 */
export async function authenticate(
  { headers: { authorization }, sessionId }: Pick<RequestSender, 'headers' | 'sessionId'>,
  services: AuthenticationDeps,
  { heard = true } = {},
): Promise<Principal | null> {
  if (authorization !== undefined) return byToken(authorization, services.tokens);
  if (sessionId === null) return null;
  const { sessions } = services;
  const session = await (heard ? sessions.find(sessionId) : sessions.peek(sessionId));
  return session && principalOf(session, services);
}

/** Returns the user of a session according to the current configuration, or `null` when the session is no longer valid. */
async function principalOf(
  { proof, startedAt, endsAt }: Session,
  { tokens, config: { signIn }, now }: Omit<AuthenticationDeps, 'sessions'>,
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
      const { oidc } = signIn;
      // `signIn.oidc.life` may have been shortened in the configuration since the sign-in.
      if (!oidc || now() >= startedAt + oidc.life) return null;
      const role = roleOf(proof.groups, oidc.roles);
      return role && { name: proof.name, role, instances: null, via: 'oidc' };
    }
    case 'break-glass': {
      const { breakGlass } = signIn;
      if (!breakGlass || fingerprintOf(breakGlass) !== proof.fingerprint) return null;
      return { name: proof.name, role: breakGlass.role, instances: null, via: 'break-glass' };
    }
  }
}

async function byToken(authorization: string, tokens: TokenVerifier): Promise<Principal> {
  const token = /^Bearer +(\S+) *$/iu.exec(authorization)?.[1];
  if (token === undefined) throw notAuthenticated('Invalid Authorization header. Expected "Bearer <token>".');
  const check = await tokens.check(token);
  if (!check.known)
    throw notAuthenticated(
      'Unknown or revoked token. Ask an admin to create one with `recert tokens issue`. A token from `recert tokens create` must be listed under "tokens" in the configuration of this service.',
    );
  const { name, role, instances, expires } = check.token;
  if (check.expired) throw notAuthenticated(expiredSentence(name, expires));
  return { name, role, instances, via: 'token' };
}

/** Returns the message for an expired token. `expires` is the last day on which the token was valid, YYYY-MM-DD in UTC. */
export function expiredSentence(name: string, expires: string | undefined): string {
  const when = expires === undefined ? '' : ` after ${expires} (UTC)`;
  return `The token of ${name} expired${when}. Create a new token with \`recert tokens create\`.`;
}

function notAuthenticated(detail: string): Problem {
  return new Problem(
    'not-authenticated',
    detail,
    {},
    { 'WWW-Authenticate': 'Bearer realm="recert", error="invalid_token"' },
  );
}
