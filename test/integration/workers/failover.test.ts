import { expect, onTestFinished, test, vi } from 'vitest';
import { startSimulator } from '../../../simulator/index.js';
import { parseConfig } from '../../../src/config/load.js';
import { startReceiver } from '../../../src/receiver.js';
import { createHints } from '../../../src/store/hints/hints.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { startWorker } from '../../../workers/worker.js';
import { startFailoverPair } from '../support/failover.js';
import { eventually } from '../../support/eventually.js';
import { webhook } from '../webhooks/setup.js';
import { requestsTo, workerYaml } from './support.js';

/** A receiver and a worker on a pair of Redis servers. */
async function start() {
  const pair = await startFailoverPair();
  onTestFinished(() => pair.close());
  const simulator = await startSimulator({ fleet: { computers: 5, away: 0 }, rhythm: { inventory: '1d' } });
  onTestFinished(() => simulator.close());
  const yaml = `${workerYaml(pair.url, simulator.url)}\nhttp: { port: 0 }\n`;
  const config = parseConfig(yaml, { source: 'test', environment: {} });
  const worker = await startWorker(config, { telemetry: createTelemetry() });
  onTestFinished(() => worker.stop());
  const receiver = await startReceiver(config, { telemetry: createTelemetry() });
  onTestFinished(() => receiver.stop());
  const readiness = async () =>
    Promise.all([receiver, worker].map(async ({ url }) => (await fetch(`${url}/readyz`)).status));
  const post = async () => {
    const response = await fetch(`${receiver.url}/webhooks/jamf/demo`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: webhook('ComputerInventoryCompleted', { jssID: 1 }),
    });
    return response.status;
  };
  const hints = () =>
    createHints({ redis: pair.direct(), key: keysUnder('recert'), now: Date.now }).count('demo');
  await vi.waitFor(async () => expect(await readiness()).toEqual([200, 200]), 60_000);
  await vi.waitFor(async () => expect(await hints()).toBe(0), 60_000);
  return { pair, simulator, readiness, post, hints };
}

const WITHIN_10_S = { timeout: 10_000, interval: 50 };

test('readiness is red while only a replica is reachable, and work goes on within 10 s after the failover', async () => {
  const { pair, simulator, readiness, post, hints } = await start();
  expect(await post()).toBe(202);
  await vi.waitFor(async () => expect(await hints()).toBe(0), 60_000);

  await pair.demote();
  await vi.waitFor(async () => expect(await readiness()).toEqual([503, 503]), 30_000);
  await vi.waitFor(async () => expect(await post()).toBe(503), 30_000);

  await pair.promote();
  await vi.waitFor(async () => expect(await post()).toBe(202), WITHIN_10_S);
  await vi.waitFor(async () => expect(await readiness()).toEqual([200, 200]), WITHIN_10_S);
  const reads = (await requestsTo(simulator)).length;
  await vi.waitFor(async () => {
    expect(await hints()).toBe(0);
    expect((await requestsTo(simulator)).length).toBeGreaterThan(reads);
  }, WITHIN_10_S);
});

test('a failover that has a primary at any time rejects no webhook', async () => {
  const { pair, post, hints } = await start();
  expect(await post()).toBe(202);
  // The worker has finished its start: its first sweeps and their jobs.
  await eventually(async () => expect(await hints()).toBe(0));
  await pair.demote();
  await pair.promote();
  expect(await Promise.all(Array.from({ length: 20 }, post))).toEqual(Array.from({ length: 20 }, () => 202));
  // Recovery may wait for the check of the schedules, and for the lease of a Mac whose job was interrupted.
  await eventually(async () => expect(await hints()).toBe(0));
});

test('work goes on within 30 s after the network starts to drop packets silently', async () => {
  const { pair, simulator, post, hints } = await start();
  pair.dropPackets();
  const within30s = { timeout: 30_000, interval: 50 };
  const startedAt = performance.now();
  await vi.waitFor(async () => expect(await post()).toBe(202), within30s);
  const reads = (await requestsTo(simulator)).length;
  await vi.waitFor(async () => {
    expect(await hints()).toBe(0);
    expect((await requestsTo(simulator)).length).toBeGreaterThan(reads);
  }, within30s);
  expect(performance.now() - startedAt).toBeLessThan(30_000);
}, 180_000);
