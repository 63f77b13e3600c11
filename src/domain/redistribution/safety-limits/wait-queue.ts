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

/** Returns the position in the wait queue, the lowest first: requests of users, then the earliest expiry. */
export function rankOf({ cause, baseline }: Pick<Redistribution, 'cause' | 'baseline'>): number {
  return cause.kind === 'manual' ? 0 : (baseline.expiresAt ?? 0);
}
