import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Receiver } from '../../../src/receiver.js';
import { type TestEnvironment, send, startEnvironment, until, webhook } from './environment.js';
import { startStopwatch } from '../../support/process-time.js';

let environment: TestEnvironment;
let receiver: Receiver;
beforeAll(async () => {
  environment = await startEnvironment();
  receiver = await environment.start();
});
afterAll(() => environment.close());

const inventory = (jssID = 6) => webhook('ComputerInventoryCompleted', { jssID });
const readiness = async () => {
  const response = await fetch(`${receiver.url}/readyz`);
  return { status: response.status, text: await response.text() };
};

it('while Redis is down after a kill, a webhook gets 503 in time and readiness says why; after a restart it gets 202', async () => {
  expect((await send(receiver, inventory())).status).toBe(202);
  await environment.server.kill();

  await until(async () => (await send(receiver, inventory())).status === 503);
  const stop = startStopwatch();
  const { status, answer } = await send(receiver, inventory());
  expect(stop()).toBeLessThan(1_500);
  expect(status).toBe(503);
  expect(answer).toMatchObject({
    type: 'urn:recert:problem:webhook-cannot-keep',
    detail: expect.stringContaining('/readyz') as string,
  });
  const ready = await readiness();
  expect(ready.status).toBe(503);
  expect(ready.text).toContain('webhooks are rejected with 503');
  expect((await fetch(`${receiver.url}/healthz`)).status).toBe(200);
  await expect.poll(() => environment.events.map(({ kind }) => kind)).toContain('redis.lost');

  await environment.server.restart();
  await until(async () => (await send(receiver, inventory(7))).status === 202);
  expect((await readiness()).status).toBe(200);
  expect(await environment.hints.count('prod')).toBeGreaterThan(0);
});

it('while Redis hangs, webhooks are refused after a second, and accepted when it continues', async () => {
  const config = await environment.redis.info('server');
  const pid = Number(/process_id:(\d+)/.exec(config)?.[1]);
  process.kill(pid, 'SIGSTOP');
  try {
    const stop = startStopwatch();
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        await new Promise((resolve) => setTimeout(resolve, index * 10));
        return (await send(receiver, inventory(index + 1))).status;
      }),
    );
    expect(new Set(answers)).toEqual(new Set([503]));
    expect(stop()).toBeLessThan(2_000);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await until(async () => (await send(receiver, inventory(8))).status === 202);
});

it('a receiver that starts without Redis says so, and accepts webhooks when Redis is available', async () => {
  await environment.server.kill();
  const starting = environment.start();
  await environment.server.restart();
  expect((await send(await starting, inventory(9))).status).toBe(202);
});
