import type { Request, Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { Problem } from '../../contract/problem.js';

/** Counts a failed sign-in; throws a Problem when there were too many from one address. */
export type CountFailure = (request: Request, response: Response) => Promise<void>;

const WINDOW_MS = 60_000;

/**
 * Limits failed sign-ins per address and receiver. Only failures pass through it: somebody with a good token is never locked out by
 * somebody else behind the same proxy. What it saves is noise in the log and audit; 256-bit tokens cannot be guessed anyway.
 */
export function createFailureLimit(limit: number): CountFailure {
  const limiter = rateLimit({
    windowMs: WINDOW_MS,
    limit,
    legacyHeaders: false,
    standardHeaders: false,
    // Which proxies are believed is the operator's choice (http.trustProxy): the library would only print a warning about it.
    validate: { trustProxy: false, xForwardedForHeader: false, forwardedHeader: false },
    handler: (_request, _response, next) =>
      next(
        new Problem(
          'too-many-failures',
          `More than ${limit} failed sign-ins in a minute came from this address. Wait a minute, then use a token that is good.`,
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
