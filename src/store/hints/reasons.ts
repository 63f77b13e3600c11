/** Why a Mac deserves a look. The order is that of the bits in the store: add at the end, never reorder. */
export const HINT_REASONS = [
  /** A watched Mac was in contact. */
  'check-in',
  /** Its inventory was just written: the moment when proof can exist. */
  'inventory',
  /** It is new in Jamf. */
  'added',
  /** It enrolled again: new management id, profiles come anew. */
  'enrolled',
  /** It entered or left a smart group that a webhook tells of. */
  'smart-group',
  'sweep',
  /** A redistribution waits for what inventory shows. */
  'proof',
  /** A person asked. */
  'manual',
  /** It can, or can no longer, be reached by push. */
  'push',
  /** Its record was deleted in Jamf. */
  'deleted',
  /** Of a profile and not of a Mac: somebody wrote it in Jamf. */
  'profile',
] as const;

/** Why a Mac deserves a look. */
export type HintReason = (typeof HINT_REASONS)[number];

/** The bit of a reason. */
export function maskOf(reason: HintReason): number {
  return 1 << HINT_REASONS.indexOf(reason);
}

/** The reasons whose bits are set. Bits of a newer version are left out. */
export function reasonsIn(mask: number): readonly HintReason[] {
  return HINT_REASONS.filter((_, bit) => (mask & (1 << bit)) !== 0);
}
