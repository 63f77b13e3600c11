import type { Outcome } from './outcome.js';
import type { Tuning } from '../settings.js';
import { askedToWait } from './retry-after.js';

/** Answers that a later try may not meet. Source: retry rules of Jamf's client libraries; 429 comes from gateways and proxies. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** What is known of the attempt that may be repeated. */
export interface Attempt {
  /** Counts from 1. */
  number: number;
  /** The call changes nothing. */
  safe: boolean;
  now: number;
  /** 0 to 1. */
  random: number;
}

/** Whether time alone may make the same call succeed. */
export function mayPass(outcome: Outcome): boolean {
  if (outcome.kind === 'answer') return PASSING.has(outcome.status);
  return outcome.reason !== 'untrusted' && outcome.reason !== 'too-large';
}

/** Whether a call that changes something may have done so although nobody says so. */
export function mayBeDone(outcome: Outcome): boolean {
  if (outcome.kind === 'answer') return outcome.status >= 500 || outcome.status === 408;
  return outcome.reached;
}

/**
 * How long to wait before the same call is made again, milliseconds; `null` when it is not.
 * What changes something is repeated only when it certainly was not done: refused by 429, or never connected.
 * What timed out is repeated once: whoever is too slow is not helped by being asked more often.
 */
export function waitBeforeAgain(outcome: Outcome, attempt: Attempt, tuning: Tuning): number | null {
  if (attempt.number >= tuning.attempts || !mayPass(outcome)) return null;
  if (!attempt.safe && mayBeDone(outcome)) return null;
  if (outcome.kind === 'no-answer') {
    if (outcome.reason === 'held' || (outcome.reason === 'timeout' && attempt.number > 1)) return null;
  } else {
    const asked = askedToWait(outcome.headers, attempt.now);
    if (asked !== null && asked > tuning.patienceMs) return null;
    // A little later than asked, each a little differently: whoever was refused together must not come back together.
    if (asked !== null) return asked + attempt.random * tuning.backOffMs;
  }
  const most = Math.min(tuning.backOffMs * 2 ** (attempt.number - 1), tuning.backOffMostMs);
  return most * (0.5 + attempt.random / 2);
}
