import { isUncharged } from './common-cause.js';
import { isInFlight, type Redistribution, waitsForRoom } from '../record.js';

/**
 * Whether a redistribution stays in the wait queue. It stays if a condition of its whole profile blocks it, or if its state did not
 * change, for example because its Mac must be read first. It also stays when its grace period ends, because its preconditions are checked
 * next.
 */
export function keepsPlace(before: Redistribution, after: Redistribution): boolean {
  if (waitsForRoom(after)) return true;
  if (after.closedAt !== null || isInFlight(after)) return false;
  if (before.state === 'due' && after.state === 'eligible') return true;
  return after.state === before.state && after.blocked?.reason === before.blocked?.reason;
}

/** Divides the expiry of Macs that go first, so that it is less than the expiry of any other Mac. */
const FIRST = 1e6;

/**
 * Returns the position in the wait queue, the lowest first: requests of users, then Macs whose last attempt failed for a common cause,
 * then the others; both by their earliest expiry.
 */
export function rankOf(record: Pick<Redistribution, 'cause' | 'baseline' | 'attempts'>): number {
  const { cause, baseline } = record;
  if (cause.kind === 'manual') return 0;
  return isUncharged(record) ? (baseline.expiresAt ?? 0) / FIRST : (baseline.expiresAt ?? 0);
}
