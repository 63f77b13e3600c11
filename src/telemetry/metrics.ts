import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Listener } from './bus.js';
import type { Metric } from './description.js';
import { describe, type EventKind, eventKinds, type OperatorEvents } from './events.js';

type Move<E> = (event: E) => void;

/** A Prometheus registry and the listener that moves its metrics as the events describe. */
export function createMetrics(): { registry: Registry; listener: Listener } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const moves = new Map<EventKind, Move<never>[]>();
  for (const kind of eventKinds) moves.set(kind, movesOf(kind, registry));
  return {
    registry,
    listener: (kind, fields) => {
      for (const move of (moves.get(kind) ?? []) as Move<typeof fields>[]) move(fields);
    },
  };
}

function movesOf<Kind extends EventKind>(kind: Kind, registry: Registry): Move<OperatorEvents[Kind]>[] {
  return (describe(kind).metrics ?? []).map((metric) => moveOf(metric, registry));
}

/** Several events may move one metric: it is made once. Labels are declared by prom-client on first use of a name. */
function moveOf<E>(metric: Metric<E>, registry: Registry): Move<E> {
  const { name, help } = metric;
  const labelNames = LABELS;
  const existing = registry.getSingleMetric(name);
  switch (metric.type) {
    case 'counter': {
      const counter =
        existing instanceof Counter
          ? existing
          : new Counter({ name, help, labelNames, registers: [registry] });
      return (event) => counter.inc(metric.labels?.(event) ?? {}, metric.by?.(event) ?? 1);
    }
    case 'gauge': {
      const gauge =
        existing instanceof Gauge ? existing : new Gauge({ name, help, labelNames, registers: [registry] });
      return (event) => gauge.set(metric.labels?.(event) ?? {}, metric.value(event));
    }
    case 'histogram': {
      const { buckets } = metric;
      const histogram =
        existing instanceof Histogram
          ? existing
          : new Histogram({ name, help, labelNames, buckets, registers: [registry] });
      return (event) => histogram.observe(metric.labels?.(event) ?? {}, metric.value(event));
    }
  }
}

/** Every label name that an event may use: a closed list keeps the number of series bounded and names the same everywhere. */
const LABELS = [
  'instance',
  'profile',
  'event',
  'outcome',
  'state',
  'reason',
  'call',
  'status',
  'queue',
  'what',
  'role',
  'channel',
  'credit',
];
