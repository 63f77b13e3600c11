import type { IncomingHttpHeaders } from 'node:http';

/**
 * Our cookies. `__Host-` makes the browser insist on Secure, Path=/ and no Domain (RFC 6265bis, 4.1.3.2), so that no neighbour can plant
 * one; it needs https, so plain http (a laptop, the demo) has the other name. The attempt is Lax: the provider sends the browser back,
 * and a Strict one would stay at home.
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

/** One of our cookies. */
export type CookieName = keyof typeof COOKIES;

/** What is done to a cookie: given a value for some milliseconds, or taken away. */
export type CookieChange = { open: string; lifeMs: number } | 'close';

/** Value of a cookie in a request, `null` when there is none. Over https only the one that nobody else can plant counts. */
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
    const said = pair.slice(at + 1).trim();
    return value.test(said) ? said : null;
  }
  return null;
}

/** The `Set-Cookie` header that changes a cookie. */
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
