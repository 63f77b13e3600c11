/** How often what is on the screen is read again while nobody tells what changes. */
export const POLL_MS = 2_000;
/** How often it is read again all the same: what is shown may depend on the time alone, and a change may have been lost. */
const LIVE_POLL_MS = 30_000;

let live = false;

/** The receiver tells what changes: see live.ts. */
export function heardLive(): void {
  live = true;
}

/** It no longer does. Returns whether it did until now. */
export function heardNothing(): boolean {
  const before = live;
  live = false;
  return before;
}

/** How often to read again now. */
export function pollMs(): number {
  return live ? LIVE_POLL_MS : POLL_MS;
}
