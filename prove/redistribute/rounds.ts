import { setTimeout as after } from 'node:timers/promises';

/** Something done again and again until it is ended. */
export interface Rounds {
  /** Waits for the round under way. @throws what a round threw */
  end(): Promise<void>;
}

/** Does `round` with a pause in between, until it says that nothing is left to do or is ended. */
export function inRounds(everyMs: number, round: () => Promise<'done' | 'again'>): Rounds {
  const ended = new AbortController();
  const running = (async () => {
    while (!ended.signal.aborted) {
      if ((await round()) === 'done') return;
      await after(everyMs);
    }
  })();
  // Told by `end`, which everybody calls.
  running.catch(() => undefined);
  return {
    end: () => {
      ended.abort();
      return running;
    },
  };
}
