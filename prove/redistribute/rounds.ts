import { setTimeout as after } from 'node:timers/promises';

/** A repeated task. */
export interface Rounds {
  /** Stops the task and waits for its current round. @throws the error of a round */
  end(): Promise<void>;
}

/** Runs `round` repeatedly with a pause of `everyMs` after each, until it returns `done` or `end` is called, which aborts its signal. */
export function inRounds(everyMs: number, round: (ended: AbortSignal) => Promise<'done' | 'again'>): Rounds {
  const ended = new AbortController();
  const running = (async () => {
    while (!ended.signal.aborted) {
      if ((await round(ended.signal)) === 'done') return;
      await after(everyMs);
    }
  })();
  // Avoids an unhandled rejection: `end` reports the error.
  running.catch(() => undefined);
  return {
    end: () => {
      ended.abort();
      return running;
    },
  };
}
