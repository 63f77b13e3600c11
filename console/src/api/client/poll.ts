/** Refresh interval of a query without a live connection. */
export const POLL_MS = 2_000;
/** Refresh interval with a live connection: some data depends on the current time, and a change message can be lost. */
const LIVE_POLL_MS = 30_000;

let live = false;

/** Marks the live connection as up: see live.ts. */
export function heardLive(): void {
  live = true;
}

/** Marks the live connection as down. Returns whether it was up. */
export function heardNothing(): boolean {
  const before = live;
  live = false;
  return before;
}

/** Current refresh interval, milliseconds. */
export function pollMs(): number {
  return live ? LIVE_POLL_MS : POLL_MS;
}
