/** Delays all calls to a server while it asks to wait (`Retry-After`). */
export interface Throttle {
  /** Resolves when calls may be sent. */
  ready(): Promise<void>;
  /**
   * Delays all calls for this many milliseconds; never shortens a delay in progress. Returns true if no delay was
   * in progress.
   */
  hold(durationMs: number): boolean;
}

/** Creates a throttle without a delay. `now` returns epoch milliseconds. */
export function createThrottle(now: () => number, sleep: (ms: number) => Promise<void>): Throttle {
  let heldUntil = 0;
  return {
    ready: async () => {
      for (let left = heldUntil - now(); left > 0; left = heldUntil - now()) await sleep(left);
    },
    hold: (durationMs) => {
      const free = heldUntil <= now();
      heldUntil = Math.max(heldUntil, now() + durationMs);
      return free;
    },
  };
}
