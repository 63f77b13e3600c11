import type { EventKind, OperatorEvents } from './events.js';

/** Receives every operator event: the log, the metrics, the alerts, a test. */
export type Listener = <Kind extends EventKind>(kind: Kind, fields: OperatorEvents[Kind]) => void;

/** The event bus for operators: every log line and every metric comes from an event on it. */
export interface Telemetry {
  emit<Kind extends EventKind>(kind: Kind, fields: OperatorEvents[Kind]): void;
  /** Adds a listener and returns a function that removes it. */
  listen(listener: Listener): () => void;
}

/** Creates a bus that calls its listeners synchronously and in order. A listener must not throw: it runs inside the emitting code. */
export function createTelemetry(...listeners: Listener[]): Telemetry {
  const all = new Set(listeners);
  return {
    emit(kind, fields) {
      for (const listener of all) listener(kind, fields);
    },
    listen(listener) {
      all.add(listener);
      return () => all.delete(listener);
    },
  };
}
