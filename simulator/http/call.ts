import type { Request } from 'express';
import type { Session } from './auth/tokens.js';

/** What is known of one call before its route sees it. */
export interface Call {
  /** The node of the cluster that answers. */
  node: number;
  session: Session | null;
  token: string | null;
  /** What a Classic call was about, for the RestAPIOperation event. */
  object: { id: number; name: string } | null;
}

const calls = new WeakMap<Request, Call>();

/** The call of a request; the first ask makes it. */
export function callOf(req: Request): Call {
  const known = calls.get(req);
  if (known) return known;
  const call: Call = { node: 0, session: null, token: null, object: null };
  calls.set(req, call);
  return call;
}

/** The body of a write as it came, decoded as text. */
export const bodyText = (req: Request): string => (typeof req.body === 'string' ? req.body : '');
