/** Holds all calls to a server back while it asks for quiet. */
export interface Pace {
  /** Resolves when calls may go out. */
  ready(): Promise<void>;
  /** Nothing goes out for so long, milliseconds; a shorter hold does not end a longer one. True when nothing was held before. */
  hold(durationMs: number): boolean;
}

/** By the given clock; holds nothing at first. */
export function createPace(now: () => number, sleep: (ms: number) => Promise<void>): Pace {
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
