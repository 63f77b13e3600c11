import type { WorldEvent } from './webhook-model.js';

/** Event bus of the world. `on` returns a function that removes the listener. */
export interface Events {
  emit: (event: WorldEvent) => void;
  on: (listener: (event: WorldEvent) => void) => () => void;
}

/** Creates an event bus. Listeners are called synchronously. */
export function createEvents(): Events {
  const listeners = new Set<(event: WorldEvent) => void>();
  return {
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    on: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
