import type { RedistributionPolicy } from '../../watched.js';

/**
 * Maximum wait of a canary place, as a share of the remaining validity of the most urgent waiting certificate. The
 * three waves then take only a fraction of this validity.
 */
const SHARE = 1 / 20;

/** The longest check-in interval that Jamf Pro offers, milliseconds. A Mac with a contact within this time is probably in use. */
const SEEN_MS = 3_600_000;

/**
 * How long a canary place waits for the answer or the proof of its Mac, milliseconds: `mostMs`, or less when a certificate that waits
 * for the canary expires soon, but at least `waits.command`, because a Mac that is in use answers within that time. `nextExpiresAt`:
 * expiry of the most urgent waiting certificate; `null` when no certificate waits.
 */
export function canaryWaitMs(
  mostMs: number,
  nextExpiresAt: number | null,
  { waits, now }: { waits: RedistributionPolicy['waits']; now: number },
): number {
  if (nextExpiresAt === null) return mostMs;
  return Math.min(mostMs, Math.max(waits.command, SHARE * (nextExpiresAt - now)));
}

/**
 * Whether a Mac was in contact recently enough for a place in a canary wave. A Mac that is asleep would occupy the place until it wakes.
 */
export function isSeenForCanary(
  lastContactAt: number | null,
  { waits, now }: { waits: RedistributionPolicy['waits']; now: number },
): boolean {
  return lastContactAt !== null && now - lastContactAt < Math.min(SEEN_MS, waits.online);
}
