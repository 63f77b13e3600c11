import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '../../contract/problem.js';

/**
 * Where a request comes from, as the browser says in headers that a page cannot set: `Sec-Fetch-Site` (Fetch Metadata), else `Origin`.
 * `unknown`: neither was sent, so it is an old browser or no browser.
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
 * Refuses a write that another site made the browser send. A cookie goes along by itself, so with one (`strict`) the browser must say
 * that our own page asked; SameSite=Strict is the first lock and this the second. A Bearer token needs neither: no browser adds it.
 *
 * @throws Problem
 */
export function mustBeOwnOrigin(
  headers: IncomingHttpHeaders,
  { publicUrl, strict }: { publicUrl: string | undefined; strict: boolean },
): void {
  const origin = originOf(headers, publicUrl);
  if (origin === 'own' || (origin === 'unknown' && !strict)) return;
  throw new Problem(
    'other-origin',
    'This did not come from a page of Recert. Programs send a Bearer token instead of a cookie; behind a proxy, set http.publicUrl.',
  );
}
