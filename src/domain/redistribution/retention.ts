/** How long closed redistributions (about 3 KB each) and their batches are kept, milliseconds. */
export const KEPT_MS = 100 * 86_400_000;
