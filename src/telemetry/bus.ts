import type { EventKind, OperatorEvents } from './events.js';

/** A function that receives every operator event: the log, the metrics, or a test. */
export type Listener = <Kind extends EventKind>(kind: Kind, fields: OperatorEvents[Kind]) => void;

/** The event bus for operator events. Every log line and every metric comes from an event on this bus. */
export interface Telemetry {
  emit<Kind extends EventKind>(kind: Kind, fields: OperatorEvents[Kind]): void;
  /** Adds a listener and returns the function that removes it. */
  listen(listener: Listener): () => void;
}

/**
 * Creates an event bus that calls its listeners synchronously and in order. A listener must not throw, because it
 * runs inside the code that emits the event.
 */
export function createTelemetry(...listeners: Listener[]): Telemetry {
  const all = new Set(listeners);
  return {
    emit(kind, fields) {
      all.forEach((listener) => listener(kind, fields));
    },
    listen(listener) {
      all.add(listener);
      return () => all.delete(listener);
    },
  };
}
