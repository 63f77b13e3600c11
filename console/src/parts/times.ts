import { useSyncExternalStore } from 'react';

/** How instants are read: as distance from now, or as date and time, to compare them with a log. */
export type Times = 'relative' | 'exact';

const REMEMBERED = 'recert-times';
const listeners = new Set<() => void>();
let times: Times = localStorage.getItem(REMEMBERED) === 'exact' ? 'exact' : 'relative';

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How instants are read now; the browser remembers it. */
export function useTimes(): Times {
  return useSyncExternalStore(subscribe, () => times);
}

/** From one to the other, on the whole page at once. */
export function switchTimes(): void {
  times = times === 'exact' ? 'relative' : 'exact';
  localStorage.setItem(REMEMBERED, times);
  for (const tell of listeners) tell();
}
