import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../../simulator/index.js';
import { parseConfig } from '../../../src/config/load.js';
import { queuePrefix } from '../../../src/queues/names.js';
import { createComputerStore } from '../../../src/store/computers/computers.js';
import { createCursorStore } from '../../../src/store/cursors/cursors.js';
import { createProfileStore } from '../../../src/store/profiles/profiles.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { workerChecks } from '../../../workers/wiring/readiness.js';
import { startWorker, type WorkerProcess } from '../../../workers/worker.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { requestsTo, startWorkerChild, workerYaml } from './support.js';
import { untilTrue } from '../../support/eventually.js';

const COMPUTERS = 60;
const DUE = 12;
const key = keysUnder('recert');

let server: TestRedis;
let redis: Redis;
let simulator: Simulator;
let undo: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  // One test stops the server. The client reconnects automatically.
  redis.on('error', () => undefined);
});
beforeEach(async () => {
  await redis.flushall();
  simulator = await startSimulator({
    fleet: { computers: COMPUTERS, due: DUE, outOfScope: 0.1, away: 0 },
    rhythm: { inventory: '1d' },
  });
});
afterEach(async () => {
  for (const one of undo.reverse()) await one();
  undo = [];
  await simulator.close();
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

async function begin(): Promise<WorkerProcess> {
  const config = parseConfig(workerYaml(server.url, simulator.url), { source: 'test', environment: {} });
  const worker = await startWorker(config, { telemetry: createTelemetry() });
  undo.push(() => worker.stop());
  return worker;
}

async function beginChild() {
  const child = await startWorkerChild(workerYaml(server.url, simulator.url));
  undo.push(() => child.close());
  return child;
}

const computers = () => createComputerStore({ redis, key });
const swept = async () =>
  (await createCursorStore({ redis, key }).readFull('demo'))?.finishedAt !== undefined &&
  (await createCursorStore({ redis, key }).readFull('demo'))?.finishedAt !== null;
const pages = async () =>
  (await requestsTo(simulator)).filter((line) => /^GET \/api\/v\d\/computers-inventory$/.test(line));

describe('a worker process', () => {
  test('assesses the fleet soon after its start, and reports it', async () => {
    const { url } = await begin();
    await untilTrue(swept);
    const inScope = [...simulator.world.profiles.scopeOf(12)].length;
    const counts = await computers().countStates('demo', 'okta');
    expect(counts.due + counts.overdue).toBe(DUE);
    expect(counts['out-of-scope']).toBe(COMPUTERS - inScope);
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(COMPUTERS);

    const [some] = simulator.world.computers.all();
    expect(await computers().findBySerialNumber('demo', some?.serialNumber ?? '')).toMatchObject({
      id: String(some?.id),
      managementId: some?.managementId,
    });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain(`recert_computers{server="demo",profile="okta",state="due"} ${counts.due}`);
    expect(metrics).toContain(`recert_fleet_computers{server="demo",state="known"} ${COMPUTERS}`);
  });

  test('reads profiles that count as recently read, if they are not stored', async () => {
    const config = parseConfig(workerYaml(server.url, simulator.url), { source: 'test', environment: {} });
    // A failover of Redis lost what was read, but not the marker that was written after it.
    await createProfileStore({ redis, key, config }).settleReading('demo', 300_000);
    await begin();
    await untilTrue(swept);
    expect((await computers().countStates('demo', 'okta')).due).toBeGreaterThan(0);
  });

  test('only reads in observe mode', async () => {
    await begin();
    await untilTrue(swept);
    const requests = await requestsTo(simulator);
    expect(requests.filter((line) => !line.startsWith('GET ') && !line.includes('/oauth/'))).toEqual([]);
    expect(requests.length).toBeGreaterThan(6);
  });

  test('is killed during a sweep, and another one continues it', async () => {
    await slow('^/api/v\\d/computers-inventory$', '400ms');
    const first = await beginChild();
    await untilTrue(async () => (await createCursorStore({ redis, key }).readFull('demo'))?.page === 2);
    first.signal('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    const asked = (await pages()).length;
    await begin();
    await untilTrue(swept);
    expect(await computers().count('demo')).toEqual({ known: COMPUTERS, retired: 0 });
    // Six pages of the whole fleet, one of changed Macs by each worker, and the interrupted one.
    expect(asked).toBeLessThan(6);
    expect((await pages()).length).toBeLessThanOrEqual(6 + 2 + 1);
  });

  test('stops gracefully at a signal and completes the work in progress', async () => {
    await slow('^/api/v\\d/computers-inventory$', '200ms');
    const child = await beginChild();
    await untilTrue(async () => (await createCursorStore({ redis, key }).readFull('demo'))?.page === 1);
    child.signal('SIGTERM');
    expect(await child.ended).toBe(0);
    expect(child.said('process.stopped')).toHaveLength(1);
    const queue = new Queue('sweep', { connection: redis, prefix: queuePrefix('recert') });
    undo.push(() => queue.close());
    expect(await queue.getActiveCount()).toBe(0);
    expect(await queue.getFailedCount()).toBe(0);
    expect(await createCursorStore({ redis, key }).leased('demo', 'full')).toBe(false);
  });
});

describe('a worker process without its dependencies', () => {
  test('starts while Jamf Pro is down, and continues when it is up', async () => {
    await fault({ kind: 'status', status: 503 });
    const { url } = await begin();
    await untilTrue(async () => (await requestsTo(simulator)).length > 0);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await swept()).toBe(false);
    await fetch(`${simulator.controlUrl}/faults`, { method: 'DELETE' });
    await untilTrue(swept);
  });

  test('starts without Redis, reports it, and works when Redis is available', async () => {
    await server.kill();
    const { url } = await begin();
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    await server.restart();
    await untilTrue(swept);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  test('assesses the fleet again after the loss of all data in Redis', async () => {
    await begin();
    await untilTrue(swept);
    await redis.flushall();
    await untilTrue(swept);
    expect(await computers().count('demo')).toEqual({ known: COMPUTERS, retired: 0 });
  });

  test('sets readiness to 503 when its worker has stopped', async () => {
    const connection = new Redis(server.url, { maxRetriesPerRequest: null });
    const workers = ['assess', 'sweep'].map(
      (name) => new Worker(name, () => Promise.resolve(), { connection, prefix: queuePrefix('recert') }),
    );
    undo.push(async () => {
      await Promise.all(workers.map((worker) => worker.close()));
      connection.disconnect();
    });
    const { queues } = workerChecks([redis], key, workers);
    await untilTrue(async () => (await queues?.()) === null);
    await workers[1]?.close();
    expect(await queues?.()).toContain('sweep');
    expect(await queues?.()).not.toContain('assess');
  });
});

function slow(path: string, fixed: string): Promise<unknown> {
  return fault({ kind: 'latency', fixed, path });
}

async function fault(http: Record<string, unknown>): Promise<unknown> {
  const response = await fetch(`${simulator.controlUrl}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ http: [http] }),
  });
  expect(response.ok).toBe(true);
  return response.json();
}
