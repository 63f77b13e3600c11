import { join } from 'node:path';
import { Queue } from 'bullmq';
import { freePort } from '../../scripts/redis.mjs';
import { createToken } from '../../src/config/values/api-token.js';
import { queuePrefix } from '../../src/queues/names.js';
import { type FleetEnvironment, INSTANCE, openFleetEnvironment } from '../environment.js';
import type { Figure } from '../figure.js';
import { SMALL_FAULTS } from '../redistribute/options.js';
import { faultsPlan } from '../redistribute/plan.js';
import { until } from '../until.js';
import { dashboardQueries } from './deployed.js';
import { type Prometheus, startPrometheus } from './prometheus.js';

/** A fleet whose receiver and worker a private Prometheus scrapes. `token`: API token of an operator. */
export interface AlertEnvironment extends FleetEnvironment {
  folder: string;
  token: string;
  ports: { metrics: number; worker: number };
}

const METRICS_TOKEN = 'token-of-prometheus';
const OPTIONS = { ...SMALL_FAULTS, computers: 60, due: 10, expired: 0, canary: [] };

/** Starts Redis and the simulator. Data and logs are written to `folder`. */
export async function openAlertEnvironment(folder: string): Promise<AlertEnvironment> {
  const { token, sha256 } = createToken();
  const ports = { metrics: await freePort(), worker: await freePort() };
  const plan = faultsPlan(OPTIONS, sha256);
  const environment = await openFleetEnvironment(
    {
      simulator: plan.simulator,
      settings: (at) => ({
        ...plan.settings(at),
        worker: { port: ports.worker, lock: '4s' },
        metrics: { port: ports.metrics, token: METRICS_TOKEN },
      }),
    },
    folder,
  );
  return { ...environment, folder, token, ports };
}

/** Something that goes wrong. The function returns the function that repairs it. */
interface Fault {
  alerts: readonly string[];
  cause: () => Promise<() => Promise<unknown>>;
}

/**
 * Causes faults, and measures how long their alerts take to fire and, after the repair, to resolve. Then evaluates
 * every query of the dashboards. `small`: only two faults, and a query needs to be valid but may return no data.
 */
export async function proveAlerts(
  environment: AlertEnvironment,
  { small }: { small: boolean },
): Promise<readonly Figure[]> {
  const { folder, ports } = environment;
  const receiver = await environment.receiver();
  const worker = { now: await environment.worker('worker-1') };
  const prometheus = await startPrometheus(join(folder, 'prometheus'), {
    targets: [`127.0.0.1:${ports.metrics}`, `127.0.0.1:${ports.worker}`],
    token: METRICS_TOKEN,
  });
  try {
    const ready = small ? 'recert_healthy' : 'increase(recert_renewals_total[1h]) > 0';
    await until(ready, async () => (await prometheus.query(ready)) > 0);
    const serviceFaults: readonly Fault[] = [
      {
        alerts: ['RecertServiceSilent', 'RecertFleetMetricsMissing'],
        async cause() {
          await worker.now.end('SIGTERM');
          return async () => (worker.now = await environment.worker('worker-2'));
        },
      },
      pauseFault(environment, receiver.url),
    ];
    const figures: Figure[] = [];
    for (const fault of small ? serviceFaults : [...serviceFaults, ...otherFaults(environment)])
      figures.push(...(await proveFault(prometheus, fault)));
    return [...figures, await proveDashboards(prometheus, small)];
  } finally {
    await prometheus.close();
  }
}

async function proveFault(prometheus: Prometheus, { alerts, cause }: Fault): Promise<readonly Figure[]> {
  await until(`${alerts.join(', ')} not to fire before the fault`, async () => {
    const before = await prometheus.firing();
    return alerts.every((alert) => !before.has(alert));
  });
  const startedAt = Date.now();
  const repair = await cause();
  const isFiring = async (alert: string) => (await prometheus.firing()).has(alert);
  const measure = (alert: string, fires: boolean, since: number) =>
    until(`${alert} to ${fires ? 'fire' : 'resolve'}`, async () => (await isFiring(alert)) === fires).then(
      () => (Date.now() - since) / 1_000,
    );
  const fired = await Promise.all(alerts.map((alert) => measure(alert, true, startedAt)));
  const repairedAt = Date.now();
  await repair();
  const resolved = await Promise.all(alerts.map((alert) => measure(alert, false, repairedAt)));
  return alerts.flatMap((alert, index) => [
    { name: `${alert} fires after`, value: fired[index] ?? NaN, most: null, unit: 's' },
    { name: `${alert} resolves after`, value: resolved[index] ?? NaN, most: null, unit: 's' },
  ]);
}

function pauseFault({ token }: AlertEnvironment, url: string): Fault {
  const post = async (path: string) => {
    const response = await fetch(`${url}/api/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ instance: INSTANCE, reason: 'proof of alerts' }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };
  return {
    alerts: ['RecertPaused'],
    async cause() {
      await post('pause');
      return () => post('resume');
    },
  };
}

function otherFaults(environment: AlertEnvironment): readonly Fault[] {
  const { redis, config, server } = environment;
  return [
    {
      alerts: ['RecertRedisMemoryHigh'],
      async cause() {
        const used = Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
        await redis.config('SET', 'maxmemory', Math.ceil(used * 1.15));
        return () => redis.config('SET', 'maxmemory', '0');
      },
    },
    {
      alerts: ['RecertFailedJobs'],
      async cause() {
        const queue = new Queue('sweep', { connection: redis, prefix: queuePrefix(config.redis.prefix) });
        // A later fault kills Redis, and an error without a listener would be printed.
        queue.on('error', () => undefined);
        await queue.add('sweep', { instance: INSTANCE, what: 'nothing that exists' });
        return () => queue.clean(0, 1_000, 'failed');
      },
    },
    {
      alerts: ['RecertJamfUnreachable', 'RecertSweepLate'],
      async cause() {
        await environment.control('faults', { http: [{ kind: 'status', status: 503 }] }, 'PUT');
        return () => environment.control('faults', {}, 'PUT');
      },
    },
    {
      alerts: ['RecertFleetMetricsMissing', 'RecertSpoolNotEmpty'],
      async cause() {
        await server.kill();
        return () => server.restart();
      },
    },
  ];
}

async function proveDashboards(prometheus: Prometheus, small: boolean): Promise<Figure> {
  const empty: string[] = [];
  for (const { panel, query } of dashboardQueries())
    if ((await prometheus.query(query)) === 0) empty.push(panel);
  return {
    name: 'panels of the dashboards without data',
    value: empty.length,
    most: small ? null : 0,
    who: empty,
  };
}
