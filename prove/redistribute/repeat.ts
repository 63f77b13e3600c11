import { setTimeout as after } from 'node:timers/promises';

/** A repeated task. */
export interface RepeatedTask {
  /** Stops the task and waits for its current run. @throws the error of a run */
  end(): Promise<void>;
}

/**
 * Calls `run` repeatedly, with a pause of `everyMs` after each call. Stops when `run` returns `done`, or when `end`
 * is called, which aborts the signal of `run`.
 */
export function repeat(
  everyMs: number,
  run: (ended: AbortSignal) => Promise<'done' | 'again'>,
): RepeatedTask {
  const ended = new AbortController();
  const running = (async () => {
    while (!ended.signal.aborted) {
      if ((await run(ended.signal)) === 'done') return;
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
