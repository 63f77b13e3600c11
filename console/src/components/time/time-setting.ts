import { useSyncExternalStore } from 'react';

/** How times are shown: relative to now, or exact, for comparison with a log. */
export type Times = 'relative' | 'exact';

const STORAGE_KEY = 'recert-times';
const listeners = new Set<() => void>();
let times: Times = localStorage.getItem(STORAGE_KEY) === 'exact' ? 'exact' : 'relative';

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Returns how times are currently shown. The browser stores the setting. */
export function useTimes(): Times {
  return useSyncExternalStore(subscribe, () => times);
}

/** Switches all times on the page between relative and exact. */
export function switchTimes(): void {
  times = times === 'exact' ? 'relative' : 'exact';
  localStorage.setItem(STORAGE_KEY, times);
  for (const notify of listeners) notify();
}
