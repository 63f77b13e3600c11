import type { Request, Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { Problem } from '../../contract/problem.js';

/** Counts a failed sign-in. Rejects with a Problem when the address of the client has exceeded the limit. */
export type SignInRateLimit = (request: Request, response: Response) => Promise<void>;

const WINDOW_MS = 60_000;

/**
 * Limits failed sign-ins to `limit` per minute for each address and receiver. Only failures count, so a client with a
 * valid token is never locked out because of other clients behind the same proxy. The purpose of the limit is to keep
 * the log and the audit log readable; 256-bit tokens cannot be guessed.
 */
export function createSignInRateLimit(limit: number): SignInRateLimit {
  const limiter = rateLimit({
    windowMs: WINDOW_MS,
    limit,
    legacyHeaders: false,
    standardHeaders: false,
    // The operator chooses the trusted proxies (http.trustProxy). These checks of express-rate-limit would only
    // print warnings about that choice.
    validate: { trustProxy: false, xForwardedForHeader: false, forwardedHeader: false },
    handler: (_request, _response, next) =>
      next(
        new Problem(
          'too-many-failures',
          `There were more than ${limit} failed sign-ins within a minute from this address. Wait one minute, then use a valid token.`,
          {},
          { 'Retry-After': String(WINDOW_MS / 1000) },
        ),
      ),
  });
  return (request, response) =>
    new Promise((resolve, reject) => {
      const next = (problem?: unknown) => {
        if (problem instanceof Error) reject(problem);
        else resolve();
      };
      Promise.resolve(limiter(request, response, next)).catch(reject);
    });
}
