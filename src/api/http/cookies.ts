import type { IncomingHttpHeaders } from 'node:http';

/**
 * The cookies of Recert. With the prefix `__Host-`, browsers require Secure, Path=/ and no Domain (RFC 6265bis,
 * 4.1.3.2), so a sibling domain cannot set the cookie. The prefix needs https; over plain http (local development, the
 * demo), the cookie has the name without the prefix. The cookie `attempt` is Lax, because the identity provider
 * redirects the browser back, and browsers do not send Strict cookies with such a request.
 */
const COOKIES = {
  session: { https: '__Host-recert', http: 'recert', sameSite: 'Strict', value: /^[\w-]{1,128}$/u },
  attempt: {
    https: '__Host-recert-attempt',
    http: 'recert-attempt',
    sameSite: 'Lax',
    value: /^[\w-]{1,3000}$/u,
  },
} as const;

export type CookieName = keyof typeof COOKIES;

/** A change of a cookie: set its value for `lifeMs` milliseconds, or delete it. */
export type CookieChange = { open: string; lifeMs: number } | 'close';

/**
 * Returns the value of a cookie in a request; `null` when the cookie is absent or malformed. Over https, only the name
 * with the prefix `__Host-` is accepted.
 */
export function cookieOf(
  name: CookieName,
  { cookie = '' }: IncomingHttpHeaders,
  https: boolean,
): string | null {
  const { value, ...names } = COOKIES[name];
  const wanted = https ? names.https : names.http;
  for (const pair of cookie.split(';')) {
    const at = pair.indexOf('=');
    if (pair.slice(0, at).trim() !== wanted) continue;
    const sent = pair.slice(at + 1).trim();
    return value.test(sent) ? sent : null;
  }
  return null;
}

/** Returns the value of the `Set-Cookie` header for a change of a cookie. */
export function setCookie(name: CookieName, change: CookieChange, https: boolean): string {
  const { sameSite, ...names } = COOKIES[name];
  const [value, lifeMs] = change === 'close' ? ['', 0] : [change.open, change.lifeMs];
  return [
    `${https ? names.https : names.http}=${value}`,
    'Path=/',
    `Max-Age=${Math.floor(lifeMs / 1000)}`,
    'HttpOnly',
    `SameSite=${sameSite}`,
    ...(https ? ['Secure'] : []),
  ].join('; ');
}
