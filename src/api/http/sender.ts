import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from 'express';
import { cookieOf } from './cookies.js';

/** Connection, cookies and headers of the sender of a request. */
export interface RequestSender {
  /** Whether the client uses https, to Recert or to a proxy in front of it. */
  https: boolean;
  /** Session ID from the cookie; `null` without one. */
  sessionId: string | null;
  /** The encrypted sign-in attempt from the cookie (see src/api/auth/login-state.ts); `null` without one. */
  attempt: string | null;
  /** IP address of the client. Behind a proxy it depends on `http.trustProxy`. */
  address: string;
  headers: IncomingHttpHeaders;
}

/** Reads the sender of a request. */
export function senderOf(request: Request, publicUrl: string | undefined): RequestSender {
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

/** A request for the https `http.publicUrl` came through a TLS proxy, even if that proxy is not listed in `http.trustProxy`. */
function isPublic(host: string | undefined, publicUrl: string | undefined): boolean {
  if (publicUrl === undefined) return false;
  const url = new URL(publicUrl);
  return url.protocol === 'https:' && host === url.host;
}
