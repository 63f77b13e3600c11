import type { Request } from 'express';
import type { Session } from './auth/tokens.js';

/** What is known about a request. The middleware and the routes fill it. */
export interface Call {
  /** Number of the cluster node that handles the request. */
  node: number;
  session: Session | null;
  token: string | null;
  /** The object of a Classic API request, for the RestAPIOperation event. */
  object: { id: number; name: string } | null;
}

const calls = new WeakMap<Request, Call>();

/** Returns what is known about a request. The first call creates it. */
export function callOf(req: Request): Call {
  const known = calls.get(req);
  if (known) return known;
  const call: Call = { node: 0, session: null, token: null, object: null };
  calls.set(req, call);
  return call;
}

/** The request body as text; empty if there is none. */
export const bodyText = (req: Request): string => (typeof req.body === 'string' ? req.body : '');
