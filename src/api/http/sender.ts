import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from 'express';
import { cookieOf } from './cookies.js';

/** What is seen of whoever sends a request beside what it asks. */
export interface Sender {
  /** Whether the browser speaks https, to us or to a proxy before us. */
  https: boolean;
  /** Id of the session whose cookie came with it. */
  sessionId: string | null;
  /** The sign-in that was begun in this browser, sealed. */
  attempt: string | null;
  /** Address, as far as `http.trustProxy` lets it be known. */
  address: string;
  headers: IncomingHttpHeaders;
}

/** Who sends a request. */
export function senderOf(request: Request, publicUrl: string | undefined): Sender {
  const { headers } = request;
  const https = request.secure || isPublic(headers.host, publicUrl);
  return {
    https,
    sessionId: cookieOf('session', headers, https),
    attempt: cookieOf('attempt', headers, https),
    address: request.ip ?? 'unknown',
    headers,
  };
}

/** Asked for under its public name the service is behind a proxy that ends TLS, also one that `http.trustProxy` does not know of. */
function isPublic(host: string | undefined, publicUrl: string | undefined): boolean {
  if (publicUrl === undefined) return false;
  const url = new URL(publicUrl);
  return url.protocol === 'https:' && host === url.host;
}
