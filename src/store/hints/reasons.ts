/**
 * Reasons why a Mac is queued for assessment. The position in this list is the number of the bit in Redis. Add new
 * reasons at the end, and never change the order.
 */
export const HINT_REASONS = [
  /** A Mac that a redistribution watches was in contact with Jamf Pro. */
  'check-in',
  /** The Mac reported new inventory, which may verify a renewal. */
  'inventory',
  /** The Mac is new in Jamf Pro. */
  'added',
  /** The Mac enrolled again: it has a new management ID, and profiles are installed again. */
  'enrolled',
  /** The Mac entered or left a smart group that has a webhook. */
  'smart-group',
  'sweep',
  /** A redistribution waits until inventory shows the new certificate. */
  'proof',
  /** A user requested the assessment. */
  'manual',
  /** The push capability of the Mac changed. */
  'push',
  /** The record of the Mac was deleted in Jamf Pro. */
  'deleted',
  /** For the backlog of profiles: the profile was saved in Jamf Pro. */
  'profile',
] as const;

export type HintReason = (typeof HINT_REASONS)[number];

/** Returns the bit mask of a reason. */
export function maskOf(reason: HintReason): number {
  return 1 << HINT_REASONS.indexOf(reason);
}

/** Returns the reasons in a bit mask. Ignores bits of reasons that only a newer version of Recert knows. */
export function reasonsIn(mask: number): readonly HintReason[] {
  return HINT_REASONS.filter((_, bit) => (mask & (1 << bit)) !== 0);
}
