import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '../../contract/problem.js';

/**
 * Determines the origin of a request from headers that a web page cannot set: `Sec-Fetch-Site` (Fetch Metadata),
 * otherwise `Origin`. `unknown`: neither header is present, so the client is an old browser or not a browser.
 */
function originOf(headers: IncomingHttpHeaders, publicUrl: string | undefined): 'own' | 'other' | 'unknown' {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' ? 'own' : 'other';
  const { origin, host } = headers;
  if (origin === undefined) return 'unknown';
  if (!URL.canParse(origin)) return 'other';
  const own = [host, publicUrl === undefined ? undefined : new URL(publicUrl).host];
  return own.includes(new URL(origin).host) ? 'own' : 'other';
}

/**
 * Rejects requests from other sites that change something (CSRF protection, in addition to the SameSite=Strict
 * cookie). `strict`: the request is authenticated by a cookie, which browsers send automatically, so the browser
 * must confirm that the request comes from a page of Recert. Requests with a Bearer token need no confirmation,
 * because browsers never send one automatically.
 * @throws Problem when the request comes from another site.
 */
export function requireSameOrigin(
  headers: IncomingHttpHeaders,
  { publicUrl, strict }: { publicUrl: string | undefined; strict: boolean },
): void {
  const origin = originOf(headers, publicUrl);
  if (origin === 'own' || (origin === 'unknown' && !strict)) return;
  throw new Problem(
    'other-origin',
    'The request did not come from a page of Recert. Programs must send a Bearer token instead of a cookie. Behind a proxy, set http.publicUrl.',
  );
}
