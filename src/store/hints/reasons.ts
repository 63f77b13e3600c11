/** Reasons for which a Mac is queued for assessment. The position is the bit in the store: add at the end, never reorder. */
export const HINT_REASONS = [
  /** A watched Mac was in contact. */
  'check-in',
  /** New inventory was received, so that a renewal can be verified. */
  'inventory',
  /** The Mac is new in Jamf Pro. */
  'added',
  /** The Mac enrolled again: it has a new management ID, and profiles are installed again. */
  'enrolled',
  /** The Mac entered or left a smart group that has a webhook. */
  'smart-group',
  'sweep',
  /** A redistribution waits for the new certificate in inventory. */
  'proof',
  /** A user requested it. */
  'manual',
  /** The push capability of the Mac changed. */
  'push',
  /** The record of the Mac was deleted in Jamf Pro. */
  'deleted',
  /** For a profile, not a Mac: the profile was saved in Jamf Pro. */
  'profile',
] as const;

/** A reason for which a Mac is queued for assessment. */
export type HintReason = (typeof HINT_REASONS)[number];

/** Returns the bit mask of a reason. */
export function maskOf(reason: HintReason): number {
  return 1 << HINT_REASONS.indexOf(reason);
}

/** Returns the reasons of a bit mask. Unknown bits of a newer version are ignored. */
export function reasonsIn(mask: number): readonly HintReason[] {
  return HINT_REASONS.filter((_, bit) => (mask & (1 << bit)) !== 0);
}
