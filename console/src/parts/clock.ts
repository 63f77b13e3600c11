import { useSyncExternalStore } from 'react';

const TICK_MS = 1_000;

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // While nothing was shown the clock stood still.
  if (timer === undefined) now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const tell of listeners) tell();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/**
 * What `view` makes of the time. One timer serves the page, and a component is drawn again only when what it shows changes:
 * a list of a hundred "3 days ago" costs nothing from second to second.
 */
export function useClock<Shown extends string | number | boolean>(view: (now: number) => Shown): Shown {
  return useSyncExternalStore(subscribe, () => view(now));
}
