import { useSyncExternalStore } from 'react';

const TICK_MS = 1_000;

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // The timer was stopped while there were no listeners.
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
 * Value of `view` for the current time (epoch milliseconds), updated every second. All components share one timer, and a component
 * renders again only when its value changes: "3 days ago" causes no rendering every second.
 */
export function useClock<Shown extends string | number | boolean>(view: (now: number) => Shown): Shown {
  return useSyncExternalStore(subscribe, () => view(now));
}
