import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { describe as describeEvent, eventKinds } from '../../../src/telemetry/events.js';
import { createMetrics } from '../../../src/telemetry/metrics.js';
import { REPORTER } from '../../../workers/metrics/fleet-metrics.js';
import { FLEET_GAUGES } from '../../../workers/metrics/gauges.js';

const PAGE = fileURLToPath(new URL('../../../docs/monitoring.md', import.meta.url));

interface Row {
  name: string;
  type: string;
  labels: readonly string[];
  help: string;
}

/** Stands for any event: every field is a text. */
const anyEvent = new Proxy({}, { get: () => 'text' });

function ofEvents(): Row[] {
  const rows = eventKinds.flatMap((kind) =>
    (describeEvent(kind).metrics ?? []).map((metric): [string, Row] => {
      const labels = Object.keys(metric.labels?.(anyEvent) ?? {});
      return [metric.name, { name: metric.name, type: metric.type, labels, help: metric.help }];
    }),
  );
  return [...new Map(rows).values()];
}

function ofBuild(): Row[] {
  const metrics = createMetrics({ process: 'worker', version: '' }).registry.getMetricsAsArray();
  return metrics
    .filter(({ name }) => name === 'recert_build_info')
    .map(({ name, help }) => ({ name, type: 'gauge', labels: ['process', 'version', 'node_version'], help }));
}

const cell = (text: string) => text.replaceAll('|', '\\|');

function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ name, type, labels, help }) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${cell(help)} |`,
  );
  return ['| Metric | Type | Labels | Meaning |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

it('docs/monitoring.md lists every metric (-u updates the page)', async () => {
  const fleet = [...FLEET_GAUGES, REPORTER].map((gauge) => ({ ...gauge, type: 'gauge' }));
  const text = `<!-- metrics -->

The fleet, from one worker at a time:

${table(fleet)}

Each receiver and worker, about what this process did since its start:

${table([...ofBuild(), ...ofEvents()])}

<!-- /metrics -->`;
  const page = readFileSync(PAGE, 'utf8').replace(/<!-- metrics -->[\s\S]*<!-- \/metrics -->/u, () => text);
  const options = await resolveConfig(PAGE);
  await expect(await format(page, { ...options, filepath: PAGE })).toMatchFileSnapshot(PAGE);
});
