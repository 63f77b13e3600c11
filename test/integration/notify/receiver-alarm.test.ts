import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseConfig } from '../../../src/config/load.js';
import { type Receiver, startReceiver } from '../../../src/receiver.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import {
  type PagerdutyBody,
  type SimulatedReceiver,
  startPagerduty,
} from '../../support/notify/simulated-receivers.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { configText, HEADERS, until, webhook } from '../webhooks/environment.js';

const MOST = 1_000_000;

let redis: TestRedis;
let pager: SimulatedReceiver<PagerdutyBody>;
let folder: string;
let receiver: Receiver;

beforeAll(async () => {
  [redis, pager] = await Promise.all([startTestRedis(), startPagerduty()]);
  folder = await mkdtemp(join(tmpdir(), 'rc-'));
  const text = stringify({
    ...(parse(configText(redis.url)) as object),
    spool: { folder, mostBytes: MOST },
    notifications: { channels: { pager: { type: 'pagerduty', routingKey: '0'.repeat(32), api: pager.url } } },
  });
  const config = parseConfig(text, { source: 'test', environment: {} });
  receiver = await startReceiver(config, { telemetry: createTelemetry() });
  await until(async () => (await fetch(`${receiver.url}/readyz`)).status === 200);
});
afterAll(async () => {
  await receiver.stop();
  await Promise.all([redis.close(), pager.close()]);
  await rm(folder, { recursive: true, force: true });
});

const send = async (jssID: number) => {
  const notes = 'x'.repeat(20_000);
  const body = webhook('ComputerInventoryCompleted', { jssID, notes });
  return (await fetch(`${receiver.url}/webhooks/jamf/prod`, { method: 'POST', headers: HEADERS, body }))
    .status;
};
const actions = () => pager.accepted.map(({ event_action }) => event_action);

test('a receiver without Redis reports that its spool fills, and when that is resolved', async () => {
  await redis.kill();
  for (let id = 1; id * 20_000 <= 0.6 * MOST; id += 1) expect(await send(id)).toBe(202);
  await until(() => Promise.resolve(actions().includes('trigger')));
  await redis.restart();
  await until(() => Promise.resolve(actions().includes('resolve')));
  expect(actions()).toEqual(['trigger', 'resolve']);
});
