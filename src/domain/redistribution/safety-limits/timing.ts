import type { RedistributionPolicy } from '../../watched.js';
import type { Redistribution } from '../record.js';

/** Tolerated difference between the clocks of Jamf Pro, the CA and this machine, milliseconds. */
export const SKEW_MS = 10 * 60_000;

/** Longest intervals between two checks, as multiples of `poll`: half an hour and four hours if `poll` is one minute. */
const SLOWEST_POLL = 30;
const SLOWEST_ASK = 240;
const RETRY_JITTER = 0.2;
/** Maximum time to read a Mac and to receive the result, milliseconds. */
const READ_MS = 10_000;

/**
 * Returns the interval in milliseconds until the next check of a command that has been expected since a certain
 * time. It grows with the waiting time.
 */
export function pollMs(policy: RedistributionPolicy, since: number, now: number): number {
  return growing(policy, now - since, SLOWEST_POLL);
}

/**
 * Returns the interval in milliseconds until the next inventory read. Its maximum is greater than that of `pollMs`, because webhooks and
 * sweeps deliver inventory, and a read does not cause the Mac to report.
 */
export function askMs(policy: RedistributionPolicy, since: number, now: number): number {
  return growing(policy, now - since, SLOWEST_ASK);
}

function growing({ waits }: RedistributionPolicy, ageMs: number, most: number): number {
  return Math.min(Math.max(waits.poll, Math.ceil(ageMs / 4)), most * waits.poll);
}

/**
 * Returns the interval in milliseconds until the next check of something that a signal normally reports. The check
 * is only a fallback.
 */
export function idleMs({ waits }: RedistributionPolicy): number {
  return SLOWEST_POLL * waits.poll;
}

/**
 * Returns the maximum age of data, in milliseconds, where current data is required: one poll interval, but at
 * least the time that a read takes.
 */
export function freshMs({ waits }: RedistributionPolicy): number {
  return Math.max(waits.poll, READ_MS);
}

/**
 * Returns the delay before another attempt, milliseconds. It doubles each time up to `retryMost`, plus a jitter
 * that is fixed for the record and attempt.
 */
export function retryMs({ waits }: RedistributionPolicy, { id, attempts }: Redistribution): number {
  const wait = Math.min(waits.retry * 2 ** Math.max(0, attempts.length - 1), waits.retryMost);
  return Math.round(wait * (1 + RETRY_JITTER * shareOf(`${id}/${attempts.length}`)));
}

/** Returns the delay after the `count`-th consecutive failed call to Jamf Pro, milliseconds. */
export function troubleMs({ waits }: RedistributionPolicy, count: number): number {
  return Math.min(waits.poll * 2 ** Math.min(count - 1, 16), SLOWEST_POLL * waits.poll);
}

/** Returns a number in [0, 1) that depends only on the text (FNV-1a). */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of new TextEncoder().encode(text)) hash = Math.imul(hash ^ character, 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
