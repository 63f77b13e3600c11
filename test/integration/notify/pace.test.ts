import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../../simulator/index.js';
import { parseConfig } from '../../../src/config/load.js';
import { createProducers } from '../../../src/queues/producers.js';
import { createQueues, type Queues } from '../../../src/queues/queues.js';
import { createBreakGlassStore } from '../../../src/store/access/break-glass.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { startWorker, type WorkerProcess } from '../../../workers/worker.js';
import {
  type SimulatedReceiver,
  startPagerduty,
  startReceiver,
  startSlack,
} from '../../support/notify/simulated-receivers.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { workerYaml } from '../workers/support.js';
import { startStopwatch } from '../../support/process-time.js';

const MESSAGES = 60;
const SWEEPS = 8;

let server: TestRedis;
let redis: Redis;
let simulator: Simulator;
let receivers: SimulatedReceiver<unknown>[];
let queues: Queues;
let worker: WorkerProcess;
let swept = 0;

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  simulator = await startSimulator({ fleet: { computers: 300, due: 0 }, rhythm: { inventory: '1d' } });
  const [slack, pager, hook] = await Promise.all([startSlack('s'), startPagerduty(), startReceiver('k')]);
  receivers = [slack, pager, hook];
  queues = createQueues({ connection: redis, prefix: 'recert' });
  const yaml = `${workerYaml(server.url, simulator.url)}
notifications:
  every: 100ms
  channels:
    team: { type: slack, url: '${slack.url}' }
    pager: { type: pagerduty, routingKey: '${'0'.repeat(32)}', api: '${pager.url}' }
    siem: { type: webhook, url: '${hook.url}', signingSecret: k }
`;
  const telemetry = createTelemetry((kind) => {
    if (kind === 'fleet.swept') swept += 1;
  });
  worker = await startWorker(parseConfig(yaml, { source: 'test', environment: {} }), { telemetry });
});
afterAll(async () => {
  await Promise.all(receivers.map((one) => one.close()));
  await worker.stop();
  await queues.close();
  redis.disconnect();
  await Promise.all([simulator.close(), server.close()]);
});

/** Process time in milliseconds for reading the whole fleet several times. */
async function sweepMs(): Promise<number> {
  const stop = startStopwatch();
  for (let number = 0; number < SWEEPS; number += 1) {
    const before = swept;
    await createProducers(queues).requestSweep('demo', 'full');
    await expect.poll(() => swept, { interval: 5 }).toBeGreaterThan(before);
  }
  return stop();
}

test('assessments keep their speed while every receiver hangs and many messages wait', async () => {
  await expect.poll(() => swept).toBeGreaterThan(0);
  await sweepMs();
  const calmMs = await sweepMs();
  for (const one of receivers) one.answer('hang');
  const uses = createBreakGlassStore({ redis, key: keysUnder('recert') });
  const use = { name: 'Anna', address: '::1', at: Date.now(), endsAt: Date.now() + 3_600_000 };
  await Promise.all(Array.from({ length: MESSAGES }, () => uses.note(use)));
  await expect.poll(() => receivers.map((one) => one.requestCount() > 0)).toEqual([true, true, true]);
  const hangingMs = await sweepMs();
  expect(receivers.flatMap((one) => one.accepted)).toEqual([]);
  expect(await redis.zcard('{recert}:incidents:pending')).toBe(MESSAGES * receivers.length);
  // A call to a receiver hangs for 10 s: work that waited for it would take far longer.
  expect(hangingMs).toBeLessThan(2 * calmMs + 1_500);
});
