import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Listener } from './bus.js';
import { LABELS, type Metric } from './description.js';
import { describe, type EventKind, eventKinds, type OperatorEvents } from './events.js';

type Update<E> = (event: E) => void;

/** The running program, for the metric `recert_build_info`. `process`: `receiver` or `worker`. */
export interface Build {
  process: string;
  version: string;
}

/** Gauges of prom-client with the suffix `_total`, which Prometheus reserves for counters. Others have the same values. */
const MISNAMED = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`);

/** Creates a Prometheus registry, and the listener that updates the metrics in it from operator events. */
export function createMetrics(build: Build): { registry: Registry; listener: Listener } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  new Gauge({
    name: 'recert_build_info',
    help: 'Version of Recert and of Node.js of the process, receiver or worker. The value is always 1.',
    labelNames: ['process', 'version', 'node_version'],
    registers: [registry],
  }).set({ process: build.process, version: build.version, node_version: process.version }, 1);
  const updates = new Map<EventKind, Update<never>[]>();
  for (const kind of eventKinds) updates.set(kind, updatesOf(kind, registry));
  return {
    registry,
    listener: (kind, fields) => {
      for (const update of (updates.get(kind) ?? []) as Update<typeof fields>[]) update(fields);
    },
  };
}

function updatesOf<Kind extends EventKind>(kind: Kind, registry: Registry): Update<OperatorEvents[Kind]>[] {
  return (describe(kind).metrics ?? []).map((metric) => updateOf(metric, registry));
}

/**
 * Registers a metric, unless another operator event has already registered it, and returns the function that
 * updates the metric.
 */
function updateOf<E>(metric: Metric<E>, registry: Registry): Update<E> {
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
      return (event) => {
        const value = metric.value(event);
        if (value !== null) histogram.observe(metric.labels?.(event) ?? {}, value);
      };
    }
  }
}
