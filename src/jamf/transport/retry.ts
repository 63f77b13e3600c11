import type { Outcome } from './outcome.js';
import type { Tuning } from '../settings.js';
import { retryAfterOf } from './retry-after.js';

/**
 * HTTP statuses of temporary failures. Jamf Pro has no rate limit (developer.jamf.com, scalability best
 * practices); 429 comes from gateways and proxies in front of it.
 */
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);

/** The attempt that failed. */
export interface Attempt {
  /** Number of the attempt, from 1. */
  number: number;
  /** Whether the call changes nothing in Jamf Pro. */
  safe: boolean;
  /** Current time, epoch milliseconds. */
  now: number;
  /** Random number from 0 to 1, for jitter. */
  random: number;
}

/** Whether the same call may succeed later without any change. */
export function mayPass(outcome: Outcome): boolean {
  if (outcome.kind === 'answer') return TRANSIENT.has(outcome.status);
  return outcome.reason !== 'untrusted' && outcome.reason !== 'too-large' && outcome.reason !== 'fenced';
}

/** Whether a write may have been applied although no success was received. */
export function mayBeDone(outcome: Outcome): boolean {
  if (outcome.kind === 'answer') return outcome.status >= 500 || outcome.status === 408;
  return outcome.reached;
}

/**
 * Returns the milliseconds to wait before a retry; `null` if the call must not be retried. A write is retried only if
 * it certainly was not applied, for example because Jamf Pro answered 429 or no connection was established. A timeout
 * is retried once, because more requests do not help a slow server.
 */
export function waitBeforeAgain(outcome: Outcome, attempt: Attempt, tuning: Tuning): number | null {
  if (attempt.number >= tuning.attempts || !mayPass(outcome)) return null;
  if (!attempt.safe && mayBeDone(outcome)) return null;
  if (outcome.kind === 'no-answer') {
    if (outcome.reason === 'held' || (outcome.reason === 'timeout' && attempt.number > 1)) return null;
  } else {
    const requestedMs = retryAfterOf(outcome.headers, attempt.now);
    if (requestedMs !== null && requestedMs > tuning.patienceMs) return null;
    // Jitter is added to the wait that the server asks for, so calls that were rejected at the same time are not all
    // retried at the same time.
    if (requestedMs !== null) return requestedMs + attempt.random * tuning.backOffMs;
  }
  const most = Math.min(tuning.backOffMs * 2 ** (attempt.number - 1), tuning.backOffMostMs);
  return most * (0.5 + attempt.random / 2);
}
