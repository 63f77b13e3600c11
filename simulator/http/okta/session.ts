import { randomBytes } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { Backend } from '../backend.js';
import { readProof } from './dpop.js';

/** State of the token endpoint. `now` is the clock of Okta, which is real time and not the clock of the fleet. */
export interface OktaSession {
  tokens: Map<string, { scopes: readonly string[]; key: string | null; expiresAt: number }>;
  usedIds: Set<string>;
  now: () => number;
}

const LIMIT = 120;

/** Sets the headers that every response of Okta has. */
export function oktaHeaders({ faults }: Backend, now: () => number) {
  return (_req: Request, res: Response, next: NextFunction): void => {
    const { rateLimited } = faults.current().okta;
    res.setHeader('Date', new Date(now()).toUTCString());
    res.setHeader('x-okta-request-id', randomBytes(12).toString('hex'));
    res.setHeader('x-rate-limit-limit', rateLimited === 'concurrency' ? 0 : LIMIT);
    res.setHeader('x-rate-limit-remaining', rateLimited === 'no' ? LIMIT - 1 : 0);
    res.setHeader('x-rate-limit-reset', Math.ceil(now() / 1_000) + 30);
    next();
  };
}

/** Sends an error of the Okta API. */
export function sendOktaError(res: Response, status: number, errorCode: string, errorSummary: string): void {
  res
    .status(status)
    .json({
      errorCode,
      errorSummary,
      errorLink: errorCode,
      errorId: `oae${randomBytes(12).toString('hex')}`,
      errorCauses: [],
    });
}

/** Applies the fault switches of Okta. Returns `true` if the request was refused. */
export function refuse({ faults }: Backend, res: Response, part: 'token' | 'authorities' | 'log'): boolean {
  const { authorities, log, rateLimited } = faults.current().okta;
  if (rateLimited !== 'no')
    sendOktaError(res, 429, 'E0000047', 'API call exceeded rate limit due to too many requests.');
  else if (part === 'authorities' && authorities === 'feature-off')
    sendOktaError(
      res,
      401,
      'E0000015',
      'You do not have permission to access the feature you are requesting',
    );
  else if ((part === 'authorities' && authorities === 'forbidden') || (part === 'log' && log === 'forbidden'))
    sendOktaError(res, 403, 'E0000006', 'You do not have permission to perform the requested action');
  else if (part === 'authorities' && authorities === 'not-found')
    sendOktaError(res, 404, 'E0000007', 'Not found: Resource not found: certificate-authorities (Path)');
  else if (part === 'log' && log === 'timeout') sendOktaError(res, 500, 'E0000009', 'Internal Server Error');
  else return false;
  return true;
}

/** Requires an access token with a scope, and its DPoP proof if the token is bound to a key. */
export function withScope(backend: Backend, { tokens, usedIds, now }: OktaSession, scope: string) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const [scheme = '', value = ''] = (req.headers.authorization ?? '').split(' ');
    const token = tokens.get(value);
    const fail = () => sendOktaError(res, 401, 'E0000011', 'Invalid token provided');
    if (!token || token.expiresAt <= now()) {
      fail();
      return;
    }
    if (token.key === null ? scheme !== 'Bearer' : scheme !== 'DPoP') {
      fail();
      return;
    }
    if (token.key !== null) {
      const url = `${backend.baseUrl()}${req.originalUrl.replace(/\?.*$/s, '')}`;
      const proof = readProof(req, { url, now: now(), usedIds, token: value });
      if ('refused' in proof || proof.key !== token.key) {
        res.setHeader('WWW-Authenticate', 'DPoP error="invalid_dpop_proof"');
        res
          .status(400)
          .json({
            error: 'invalid_dpop_proof',
            error_description: 'refused' in proof ? proof.refused : 'wrong key',
          });
        return;
      }
    }
    if (!token.scopes.includes(scope)) {
      sendOktaError(res, 403, 'E0000006', 'You do not have permission to perform the requested action');
      return;
    }
    next();
  };
}
