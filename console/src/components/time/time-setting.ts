import { useSyncExternalStore } from 'react';

/** Display of times: relative to now, or exact, for comparison with a log. */
export type Times = 'relative' | 'exact';

const STORAGE_KEY = 'recert-times';
const listeners = new Set<() => void>();
let times: Times = localStorage.getItem(STORAGE_KEY) === 'exact' ? 'exact' : 'relative';

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Current display of times. The browser stores it. */
export function useTimes(): Times {
  return useSyncExternalStore(subscribe, () => times);
}

/** Switches between relative and exact times on the whole page. */
export function switchTimes(): void {
  times = times === 'exact' ? 'relative' : 'exact';
  localStorage.setItem(STORAGE_KEY, times);
  for (const notify of listeners) notify();
}
