import { onTestFinished, vi } from 'vitest';

/**
 * Time that counts only while the event loop of this process has turns. A process that waits for a CPU does not age, so that a
 * time limit of 100 ms means the same on an overloaded machine. Suitable where both ends of a connection run in this process.
 */
const TICK_MS = 5;

/** Replaces the clock of `AbortSignal.timeout` until the end of the test. */
export function limitByProcessTime(): void {
  const open = new Map<AbortController, number>();
  const ticker = setInterval(() => {
    for (const [controller, leftMs] of open) {
      if (leftMs > TICK_MS) {
        open.set(controller, leftMs - TICK_MS);
        continue;
      }
      open.delete(controller);
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    }
  }, TICK_MS);
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const controller = new AbortController();
    open.set(controller, ms);
    return controller.signal;
  });
  onTestFinished(() => {
    clearInterval(ticker);
    timeout.mockRestore();
  });
}

/** Starts to measure; the returned function ends that and returns the process time in milliseconds. */
export function startStopwatch(): () => number {
  let ticks = 0;
  const ticker = setInterval(() => (ticks += 1), TICK_MS);
  return () => {
    clearInterval(ticker);
    return ticks * TICK_MS;
  };
}
