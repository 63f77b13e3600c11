import { useSyncExternalStore } from 'react';

const TICK_MS = 1_000;

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // The timer does not run while there are no listeners, so the time may be old.
  if (timer === undefined) now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const notify of listeners) notify();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/**
 * Returns `view` of the current time (epoch milliseconds), updated every second. All components share one timer,
 * and a component is rendered again only when its value changes. So "3 days ago" does not cause a rendering every
 * second.
 */
export function useClock<Shown extends string | number | boolean>(view: (now: number) => Shown): Shown {
  return useSyncExternalStore(subscribe, () => view(now));
}
