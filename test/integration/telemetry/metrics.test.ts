import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startSimulator, type Simulator } from '../../../simulator/index.js';
import { parseConfig } from '../../../src/config/load.js';
import type { Config } from '../../../src/config/schema.js';
import { startReceiver } from '../../../src/receiver.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { startWorker, type WorkerProcess } from '../../../workers/worker.js';
import { untilTrue } from '../../support/eventually.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { workerYaml } from '../workers/support.js';
import { alertRules, dashboardQueries, metricsIn, seriesIn } from '../../../prove/alerts/deployed.js';
import { promtool } from './promtool.js';

const COMPUTERS = 40;
const DUE = 8;

let server: TestRedis;
let simulator: Simulator;
let config: Config;
let worker: WorkerProcess;
beforeAll(async () => {
  server = await startTestRedis();
  simulator = await startSimulator({ clock: 'manual', fleet: { computers: COMPUTERS, due: DUE, away: 0 } });
  const yaml = `${workerYaml(server.url, simulator.url)}\nhttp: { port: 0 }\nmetrics: { port: 0, token: of-prometheus }\n`;
  config = parseConfig(yaml, { source: 'test', environment: {} });
  worker = await startWorker(config, { telemetry: createTelemetry() });
  await untilTrue(async () => /^recert_last_full_sweep_timestamp_seconds\{/m.test(await scrape(worker.url)));
});
afterAll(async () => {
  await worker.stop();
  await simulator.close();
  await server.close();
});

async function scrape(url: string): Promise<string> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: 'Bearer of-prometheus' } });
  expect(response.status).toBe(200);
  return response.text();
}

const sumOf = (text: string, series: RegExp) =>
  [...text.matchAll(new RegExp(`^${series.source} ([\\d.e+]+)$`, 'gm'))].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  );

describe('the metrics of a worker', () => {
  it('show the fleet', async () => {
    const text = await scrape(worker.url);
    expect(sumOf(text, /recert_computers\{[^}]*\}/)).toBe(COMPUTERS);
    const inScope = sumOf(text, /recert_computers\{[^}]*state="(?!out-of-scope|unknown)[^}]*\}/);
    expect(sumOf(text, /recert_certificates\{[^}]*\}/)).toBe(inScope);
    expect(sumOf(text, /recert_redistributions_blocked\{[^}]*reason="observe"\}/)).toBe(DUE);
    expect(text).toContain('recert_mode_active{server="demo",profile="okta"} 0');
    expect(text).toContain('recert_queue_jobs{queue="redistribute",state="failed"} 0');
    expect(sumOf(text, /recert_redis_memory_used_bytes/)).toBeGreaterThan(100_000);
  });

  it('of two workers, one reports the fleet, and the other takes over when it stops', async () => {
    const other = await startWorker(config, { telemetry: createTelemetry() });
    const reporting = async (url: string) =>
      /^recert_healthy [01]$/m.test(await scrape(url)) &&
      /^recert_fleet_reporter 1$/m.test(await scrape(url));
    expect(await reporting(worker.url)).toBe(true);
    expect(await scrape(other.url)).toMatch(/^recert_fleet_reporter 0$/m);
    expect(await scrape(other.url)).not.toMatch(/^recert_(?:healthy|computers|redis_memory)/m);
    await worker.stop();
    worker = other;
    await untilTrue(() => reporting(other.url));
  });

  it('follow the rules of Prometheus for names and help', async () => {
    expect(await promtool(['check', 'metrics'], await scrape(worker.url))).toEqual({ code: 0, output: '' });
  });
});

describe('the metrics of a receiver', () => {
  it('have a separate port with a token, show the delay of webhooks, and with those of the worker contain everything that alerts and dashboards use', async () => {
    const started: string[] = [];
    const telemetry = createTelemetry((kind, fields) => {
      if (kind === 'process.started' && 'address' in fields) started.push(fields.address);
    });
    const receiver = await startReceiver(config, { telemetry });
    onTestFinished(() => receiver.stop());
    const [metricsUrl = ''] = started;
    expect((await fetch(`${receiver.url}/metrics`)).status).toBe(404);
    expect((await fetch(`${metricsUrl}/metrics`)).status).toBe(401);
    const body = { webhook: { webhookEvent: 'JSSStartup', eventTimestamp: Date.now() - 20_000 }, event: {} };
    const sent = await fetch(`${receiver.url}/webhooks/jamf/demo`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(sent.status).toBe(202);
    const text = await scrape(metricsUrl);
    expect(text).toMatch(/recert_webhook_delay_seconds_bucket\{le="15",server="demo"\} 0/);
    expect(text).toMatch(/recert_webhook_delay_seconds_bucket\{le="1800",server="demo"\} 1/);
    expect(text).toMatch(/recert_build_info\{process="receiver"/);
    expect(await promtool(['check', 'metrics'], text)).toEqual({ code: 0, output: '' });

    const series = seriesIn(text + (await scrape(worker.url)));
    const queries = [
      ...alertRules().map(({ expr }) => expr),
      ...dashboardQueries().map(({ query }) => query),
    ];
    const used = queries.flatMap(metricsIn);
    expect(used.length).toBeGreaterThan(60);
    expect(used.filter((name) => !series.has(name))).toEqual([]);
  });
});
