import type { EventKind, OperatorEvents } from './events.js';

/** Something that hears every operator event: the log, the metrics, the alerts, a test. */
export type Listener = <Kind extends EventKind>(kind: Kind, fields: OperatorEvents[Kind]) => void;

/** The one way in which something that happened is told. */
export interface Telemetry {
  emit<Kind extends EventKind>(kind: Kind, fields: OperatorEvents[Kind]): void;
  /** Returns how to stop listening. */
  listen(listener: Listener): () => void;
}

/** A bus that calls its listeners in order, at once. A listener must not throw: telling must never disturb the work. */
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
