import type { WorldEvent } from './webhook-model.js';

/** Where everything that happens is told, once, to all who listen. */
export interface Events {
  emit: (event: WorldEvent) => void;
  on: (listener: (event: WorldEvent) => void) => () => void;
}

/** A bus without listeners. */
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
