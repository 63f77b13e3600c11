import { Gauge, type Registry } from 'prom-client';
import { keysUnder } from '../../src/store/redis/keys.js';
import { type Facts, type FactSources, readFacts } from './facts.js';
import { createFleetReader } from './fleet-reader.js';
import { FLEET_GAUGES } from './gauges.js';
import { createReporter } from './reporter.js';

/** The gauge that shows which worker reports. */
export const REPORTER = {
  name: 'recert_fleet_reporter',
  help: 'Whether this worker reports the figures of the fleet: 1 or 0. One worker reports at a time.',
  labels: [],
} as const;

/** All gauges of one scrape share the facts, which are therefore used for this time, milliseconds. */
const KEEP_MS = 1_000;

/**
 * Registers the gauges of the fleet, whose values are read from Redis for each scrape. Only one worker reports them at
 * a time; the others, and every worker while Redis is unavailable, have no samples. Returns the function that lets
 * another worker report.
 */
export function reportFleet(registry: Registry, sources: FactSources): () => Promise<void> {
  const reporter = createReporter(
    sources.redis,
    keysUnder(sources.config.redis.prefix)('metrics', 'reporter'),
  );
  const fleetOf = createFleetReader(sources.computers, sources.now);
  const facts = shared(async () => ((await reporter.reports()) ? readFacts(sources, fleetOf) : null));
  for (const { name, help, labels, read } of FLEET_GAUGES)
    addGauge(registry, { name, help, labels }, async (gauge) => {
      const known = await facts();
      for (const [values, value] of known ? read(known) : []) gauge.set({ ...values }, value);
    });
  addGauge(registry, REPORTER, async (gauge) =>
    gauge.set(Number((await facts().catch(() => null)) !== null)),
  );
  return () => reporter.release().catch(() => undefined);
}

function addGauge(
  registry: Registry,
  { name, help, labels }: { name: string; help: string; labels: readonly string[] },
  collect: (gauge: Gauge) => Promise<void>,
): void {
  const gauge: Gauge = new Gauge({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
    async collect() {
      gauge.reset();
      // A gauge without labels would otherwise have the value 0.
      gauge.remove({});
      // Errors are ignored. If the figures cannot be read, the other metrics are still returned.
      await collect(gauge).catch(() => undefined);
    },
  });
}

/** Shares one read, and its result or error, among calls at almost the same time. */
function shared(read: () => Promise<Facts | null>): () => Promise<Facts | null> {
  let last: Promise<Facts | null> | null = null;
  let endedAt = -Infinity;
  return () => {
    if (last === null || performance.now() - endedAt > KEEP_MS) {
      endedAt = Infinity;
      last = read().finally(() => (endedAt = performance.now()));
    }
    return last;
  };
}
