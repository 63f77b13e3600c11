import { expect, onTestFinished, test } from 'vitest';
import { startSimulator } from '../../../simulator/index.js';
import { parseConfig } from '../../../src/config/load.js';
import { startReceiver } from '../../../src/receiver.js';
import { createCursorStore } from '../../../src/store/cursors/cursors.js';
import { createHints } from '../../../src/store/hints/hints.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { startWorker } from '../../../workers/worker.js';
import { startFailoverPair } from '../support/failover.js';
import { eventually } from '../../support/eventually.js';
import { startStopwatch } from '../../support/process-time.js';
import { webhook } from '../webhooks/environment.js';
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
  const cursors = () => createCursorStore({ redis: pair.direct(), key: keysUnder('recert') });
  await eventually(async () => expect(await readiness()).toEqual([200, 200]));
  // Work of the first sweep that a failover interrupts is done again when its lease ends.
  await eventually(async () => {
    expect((await cursors().readFull('demo'))?.finishedAt).toEqual(expect.any(Number));
    expect(await hints()).toBe(0);
  });
  return { pair, simulator, readiness, post, hints };
}

test('readiness is 503 while only a replica is reachable, and work continues within 10 s after the failover', async () => {
  const { pair, simulator, readiness, post, hints } = await start();
  expect(await post()).toBe(202);
  await eventually(async () => expect(await hints()).toBe(0));

  await pair.demote();
  await eventually(async () => expect(await readiness()).toEqual([503, 503]));
  await eventually(async () => expect(await post()).toBe(503));

  await pair.promote();
  const stop = startStopwatch();
  const reads = (await requestsTo(simulator)).length;
  await eventually(async () => expect(await post()).toBe(202));
  await eventually(async () => expect(await readiness()).toEqual([200, 200]));
  await eventually(async () => {
    expect(await hints()).toBe(0);
    expect((await requestsTo(simulator)).length).toBeGreaterThan(reads);
  });
  expect(stop()).toBeLessThan(10_000);
});

test('a failover with a primary at any time rejects no webhook', async () => {
  const { pair, post, hints } = await start();
  expect(await post()).toBe(202);
  await pair.demote();
  await pair.promote();
  expect(await Promise.all(Array.from({ length: 20 }, post))).toEqual(Array.from({ length: 20 }, () => 202));
  // Recovery may wait for the check of the schedules, and for the lease of a Mac whose job was interrupted.
  await eventually(async () => expect(await hints()).toBe(0));
});

test('work continues within 30 s after the network starts to drop packets silently', async () => {
  const { pair, simulator, post, hints } = await start();
  const reads = (await requestsTo(simulator)).length;
  pair.dropPackets();
  const stop = startStopwatch();
  await eventually(async () => expect(await post()).toBe(202));
  await eventually(async () => {
    expect(await hints()).toBe(0);
    expect((await requestsTo(simulator)).length).toBeGreaterThan(reads);
  });
  expect(stop()).toBeLessThan(30_000);
});
