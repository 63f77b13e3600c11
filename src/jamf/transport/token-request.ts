import type { JamfAuth, JamfSettings } from '../settings.js';
import type { CookieJar } from './cookies.js';
import { isOauthError } from './error-body.js';
import type { Exchange, JamfRequest } from './exchange.js';
import type { Answer } from './outcome.js';

/**
 * Paths of the token endpoint in the order in which they are tried. The specification of the Jamf Pro API (11.30.1)
 * lists only the first path; older servers (from 10.49) have only the second.
 */
const TOKEN_PATHS = ['/api/v1/oauth/token', '/api/oauth/token'] as const;

/** Creates the function that requests a token with these credentials. After a path has worked, it is tried first. */
export function createTokenRequest(
  auth: JamfAuth,
  tokenPath: JamfSettings['tokenPath'],
  exchange: () => Exchange,
): (cookies: CookieJar) => Promise<Answer> {
  let paths = pathsFor(auth, tokenPath);
  const requestToken = async (
    cookies: CookieJar,
    [path, next, ...others]: Paths = paths,
  ): Promise<Answer> => {
    const handles = next === undefined ? undefined : isUnknownPath;
    const who = { ...authorizationFor(auth), jar: cookies };
    const answer = await exchange()({ ...requestFor(auth, path), handles }, who);
    if (next !== undefined && isUnknownPath(answer)) return requestToken(cookies, [next, ...others]);
    paths = [path, ...paths.filter((other) => other !== path)];
    return answer;
  };
  return (cookies) => requestToken(cookies);
}

type Paths = readonly [path: string, ...others: string[]];

function pathsFor(auth: JamfAuth, tokenPath: JamfSettings['tokenPath']): Paths {
  if (!('clientId' in auth)) return ['/api/v1/auth/token'];
  return tokenPath === undefined ? TOKEN_PATHS : [tokenPath];
}

/**
 * Whether the server has no token endpoint at this path. For an unknown path, Jamf Pro responds with 401 to a
 * request without a token.
 */
function isUnknownPath({ status, text }: Answer): boolean {
  return status === 404 || (status === 401 && !isOauthError(text));
}

function requestFor(auth: JamfAuth, path: string): JamfRequest {
  const call = 'session.token';
  if (!('clientId' in auth)) return { call, method: 'POST', path, json: true };
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: auth.clientId,
    client_secret: auth.clientSecret.reveal(),
  });
  const body = { type: 'application/x-www-form-urlencoded', text: form.toString() };
  return { call, method: 'POST', path, body, json: true };
}

/** Returns the secret part of the credentials. */
export const secretOf = (auth: JamfAuth) => ('clientId' in auth ? auth.clientSecret : auth.password).reveal();

/** Returns the value for basic authentication; empty for an API client. */
export function basicOf(auth: JamfAuth): string[] {
  if ('clientId' in auth) return [];
  return [Buffer.from(`${auth.username}:${auth.password.reveal()}`, 'utf8').toString('base64')];
}

function authorizationFor(auth: JamfAuth): { authorization?: string } {
  const [basic] = basicOf(auth);
  return basic === undefined ? {} : { authorization: `Basic ${basic}` };
}
