import type { Request } from 'express';
import type { Session } from './auth/tokens.js';

/** Data about a request that the middleware and the routes collect. */
export interface Call {
  /** Number of the cluster node that handles the request. */
  node: number;
  session: Session | null;
  token: string | null;
  /** The object of a Classic API request, for the RestAPIOperation event. */
  object: { id: number; name: string } | null;
}

const calls = new WeakMap<Request, Call>();

/** Returns the collected data about a request. The first call creates an empty record. */
export function callOf(req: Request): Call {
  const known = calls.get(req);
  if (known) return known;
  const call: Call = { node: 0, session: null, token: null, object: null };
  calls.set(req, call);
  return call;
}

/** The request body as text; empty if there is none. */
export const bodyText = (req: Request): string => (typeof req.body === 'string' ? req.body : '');
