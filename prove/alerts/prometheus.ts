import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { startChild } from '../../harness/child.mjs';
import { findPrometheus } from '../../scripts/prometheus.mjs';
import { freePort } from '../../scripts/redis.mjs';
import { until } from '../until.js';
import { deployed } from './deployed.js';

/** A private Prometheus with the shipped alert rules. */
export interface Prometheus {
  /** Names of the alerts that fire. */
  firing(): Promise<ReadonlySet<string>>;
  /** Number of time series that a query returns. @throws Error when the query is not valid */
  query(query: string): Promise<number>;
  close(): Promise<void>;
}

const alertsReply = z.object({
  data: z.object({
    alerts: z.array(z.object({ state: z.string(), labels: z.object({ alertname: z.string() }) })),
  }),
});
const queryReply = z.object({
  error: z.string().optional(),
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }).optional(),
});
const rulesFile = z.looseObject({
  groups: z.array(z.looseObject({ rules: z.array(z.looseObject({ for: z.string() })) })),
});

/**
 * Starts Prometheus. It scrapes `targets` (`host:port`) every two seconds with a token. The rules fire without the time of
 * `for`, so that a proof takes seconds.
 */
export async function startPrometheus(
  folder: string,
  { targets, token }: { targets: readonly string[]; token: string },
): Promise<Prometheus> {
  await mkdir(folder, { recursive: true });
  const rules = rulesFile.parse(parse(await readFile(deployed('prometheus/recert.rules.yml'), 'utf8')));
  for (const { rules: all } of rules.groups) for (const rule of all) rule.for = '0s';
  await writeFile(join(folder, 'rules.yml'), stringify(rules));
  const config = {
    global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '1s' },
    rule_files: ['rules.yml'],
    scrape_configs: [
      { job_name: 'recert', authorization: { credentials: token }, static_configs: [{ targets }] },
    ],
  };
  await writeFile(join(folder, 'prometheus.yml'), stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const child = startChild(
    findPrometheus().prometheus,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
    ],
    { log: join(folder, 'prometheus.log'), keep: 10_000 },
  );
  const get = async (path: string): Promise<unknown> => (await fetch(`http://${address}${path}`)).json();
  await until('Prometheus', () =>
    fetch(`http://${address}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    async firing() {
      const { data } = alertsReply.parse(await get('/api/v1/alerts'));
      return new Set(
        data.alerts.flatMap(({ state, labels }) => (state === 'firing' ? [labels.alertname] : [])),
      );
    },
    async query(query) {
      const { error, data } = queryReply.parse(await get(`/api/v1/query?query=${encodeURIComponent(query)}`));
      if (error !== undefined) throw new Error(`${query}: ${error}`);
      return (data?.result ?? []).filter(({ value }) => value[1] !== 'NaN').length;
    },
    close: async () => {
      await child.end('SIGTERM');
    },
  };
}
