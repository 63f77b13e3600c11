import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from 'express';
import { cookieOf } from './cookies.js';

/** The client that sent a request: its connection, cookies and headers. */
export interface RequestSender {
  /** Whether the client uses https, either to Recert or to a proxy in front of Recert. */
  https: boolean;
  /** ID of the session from the cookie; `null` without a cookie. */
  sessionId: string | null;
  /** The encrypted state of a started sign-in from the cookie (see src/api/auth/login-state.ts); `null` without a cookie. */
  attempt: string | null;
  /** IP address of the client. Behind a proxy, the address depends on `http.trustProxy`. */
  address: string;
  headers: IncomingHttpHeaders;
}

/** Determines the sender of a request from its connection and headers. */
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

/**
 * Whether a request is for the https URL `http.publicUrl`. Such a request came through a TLS proxy, even if that
 * proxy is not listed in `http.trustProxy`.
 */
function isPublic(host: string | undefined, publicUrl: string | undefined): boolean {
  if (publicUrl === undefined) return false;
  const url = new URL(publicUrl);
  return url.protocol === 'https:' && host === url.host;
}
