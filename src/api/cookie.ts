import type { IncomingHttpHeaders } from 'node:http';

/**
 * Names of the session cookie. `__Host-` makes the browser insist on Secure, Path=/ and no Domain (RFC 6265bis, 4.1.3.2);
 * it needs https, so plain http (a laptop, the demo) has the other name.
 */
const NAMES = { https: '__Host-recert', http: 'recert' } as const;

/** Id of the session in the request's cookies, if there is one. */
export function sessionIdOf(headers: IncomingHttpHeaders): string | null {
  const cookies = new Map(
    (headers.cookie ?? '').split(';').map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
  const id = cookies.get(NAMES.https) ?? cookies.get(NAMES.http) ?? '';
  return /^[\w-]{1,128}$/u.test(id) ? id : null;
}

/** The `Set-Cookie` header that opens a session for `lifeMs`, or closes it. */
export function sessionCookie(
  change: { open: string } | 'close',
  { https, lifeMs }: { https: boolean; lifeMs: number },
): string {
  const [value, maxAge] = change === 'close' ? ['', 0] : [change.open, Math.floor(lifeMs / 1000)];
  return [
    `${https ? NAMES.https : NAMES.http}=${value}`,
    'Path=/',
    `Max-Age=${maxAge}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(https ? ['Secure'] : []),
  ].join('; ');
}
