/** Retention of closed redistributions (about 3 KB each) and of their batches, in milliseconds. */
export const KEPT_MS = 100 * 86_400_000;
