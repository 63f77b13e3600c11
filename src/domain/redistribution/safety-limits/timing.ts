import type { RedistributionPolicy } from '../../watched.js';
import type { Redistribution } from '../record.js';

/** Clocks of Jamf, of the CA and of this machine may differ by so much: what seems a little older may still be of this attempt. */
export const SKEW_MS = 10 * 60_000;

/** The longest waits between two looks, as multiples of the policy's poll: with a poll of a minute, half an hour and four hours. */
const SLOWEST_POLL = 30;
const SLOWEST_ASK = 240;
const RETRY_JITTER = 0.2;
const READ_MS = 10_000;

/** How long until the next look at a command expected since an instant: often at first, then ever less. */
export function pollMs(policy: RedistributionPolicy, since: number, now: number): number {
  return slower(policy, now - since, SLOWEST_POLL);
}

/** The same for inventory: webhooks and sweeps bring it, and asking does not make the Mac report. */
export function askMs(policy: RedistributionPolicy, since: number, now: number): number {
  return slower(policy, now - since, SLOWEST_ASK);
}

function slower({ waits }: RedistributionPolicy, ageMs: number, most: number): number {
  return Math.min(Math.max(waits.poll, Math.ceil(ageMs / 4)), most * waits.poll);
}

/** How long until a look at something that will be told by a hint: only a safety net. */
export function idleMs({ waits }: RedistributionPolicy): number {
  return SLOWEST_POLL * waits.poll;
}

/** How old what was read of a Mac may be where only a fresh look will do: a poll, but never less than it takes to read and to hear of it. */
export function freshMs({ waits }: RedistributionPolicy): number {
  return Math.max(waits.poll, READ_MS);
}

/** Back-off before another attempt: doubled each time up to a limit, plus a jitter that is always the same for this record. */
export function retryMs({ waits }: RedistributionPolicy, { id, attempts }: Redistribution): number {
  const wait = Math.min(waits.retry * 2 ** Math.max(0, attempts.length - 1), waits.retryMost);
  return Math.round(wait * (1 + RETRY_JITTER * shareOf(`${id}/${attempts.length}`)));
}

/** When to call again after a call that failed for the n-th time in a row. */
export function troubleMs({ waits }: RedistributionPolicy, count: number): number {
  return Math.min(waits.poll * 2 ** Math.min(count - 1, 16), SLOWEST_POLL * waits.poll);
}

/** A number in [0, 1) that depends on the text alone (FNV-1a). */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of new TextEncoder().encode(text)) hash = Math.imul(hash ^ character, 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
