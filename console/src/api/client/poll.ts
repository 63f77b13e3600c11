/** How often a query is repeated without a live connection, milliseconds. */
export const POLL_MS = 2_000;
/**
 * How often a query is repeated with a live connection, milliseconds. Repeating it is still necessary, because
 * some data depends on the current time, and a change message can be lost.
 */
const LIVE_POLL_MS = 30_000;

let live = false;

/** Records that the live connection works (see live.ts). */
export function heardLive(): void {
  live = true;
}

/** Records that the live connection does not work. Returns whether it worked before. */
export function heardNothing(): boolean {
  const before = live;
  live = false;
  return before;
}

/** Returns how often queries are repeated now, milliseconds. */
export function pollMs(): number {
  return live ? LIVE_POLL_MS : POLL_MS;
}
