import { trySend } from '../../../src/notify/channel.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { notificationsSchema } from '../../../src/config/sections/notifications.js';
import {
  createReceiverAlarm,
  type ReceiverAlarm,
} from '../../../src/application/incidents/receiver-alarm.js';
import { createTelemetry, type Telemetry } from '../../../src/telemetry/bus.js';
import {
  type PagerdutyBody,
  type SimulatedReceiver,
  startPagerduty,
} from '../../support/notify/simulated-receivers.js';

const MINUTE = 60_000;
const MOST = 1_000;

let pager: SimulatedReceiver<PagerdutyBody>;
let telemetry: Telemetry;
let alarm: ReceiverAlarm;
let now: number;

beforeEach(async () => {
  pager = await startPagerduty();
  now = Date.UTC(2026, 10, 24, 3);
  telemetry = createTelemetry();
  alarm = start(MOST);
});
afterEach(() => pager.close());

function start(mostBytes: number | null): ReceiverAlarm {
  const { channels } = notificationsSchema.parse({
    channels: { pager: { type: 'pagerduty', routingKey: '0'.repeat(32), api: pager.url } },
  });
  const names = { receiver: 'mac-mini:8080', prefix: 'recert' };
  const one = createReceiverAlarm({
    sendNotice: trySend,
    channels,
    telemetry,
    mostBytes,
    ...names,
    now: () => now,
  });
  telemetry.listen(one.listener);
  return one;
}

const look = (redisTakes = true) => alarm.look(redisTakes);
const size = (bytes: number) => telemetry.emit('spool.size', { bytes });
const told = () => pager.accepted.map(({ event_action, dedup_key }) => `${event_action} ${dedup_key}`);
const OPENED = 'trigger recert/spool-filling/mac-mini:8080';
const OVER = 'resolve recert/spool-filling/mac-mini:8080';

test('a spool in use is reported once after five minutes, and resolved when it is empty', async () => {
  size(10);
  now += 5 * MINUTE - 1;
  await look();
  expect(told()).toEqual([]);
  now += 1;
  await look();
  size(20);
  await look();
  expect(told()).toEqual([OPENED]);
  size(0);
  await look();
  await look();
  expect(told()).toEqual([OPENED, OVER]);
  size(10);
  await look();
  expect(told()).toEqual([OPENED, OVER]);
});

test('a spool that is emptied in time is not reported', async () => {
  size(10);
  now += 4 * MINUTE;
  size(0);
  size(10);
  now += 4 * MINUTE;
  await look();
  expect(told()).toEqual([]);
});

test('a half-full spool is reported at once, and resolved only when it is empty', async () => {
  size(MOST / 2);
  await look();
  size(MOST / 2 - 1);
  now += MINUTE;
  await look();
  expect(told()).toEqual([OPENED]);
});

test('a failing disk is reported, and resolved after a minute without a failure', async () => {
  telemetry.emit('spool.failed', { error: 'EIO' });
  await look();
  now += MINUTE;
  await look();
  expect(told()).toEqual([OPENED, OVER]);
});

test('a channel that fails is tried again, and two concurrent checks send one message', async () => {
  const failures: string[] = [];
  telemetry.listen((kind) => {
    if (kind === 'notify.failed') failures.push(kind);
  });
  size(MOST);
  pager.answer({ status: 500 });
  await look();
  expect(failures).toHaveLength(1);
  pager.answer(null);
  // No attempt for five seconds.
  await look();
  expect(pager.requestCount()).toBe(1);
  now += 5_000;
  await Promise.all([look(), look()]);
  expect(told()).toEqual([OPENED]);
});

test('an incident that no channel received is not reported as resolved', async () => {
  size(MOST);
  pager.answer({ status: 500 });
  await look();
  pager.answer(null);
  size(0);
  await look();
  expect(told()).toEqual([]);
});

test('a Redis that accepts no writes is reported after five minutes even without webhooks, and resolved when it accepts them', async () => {
  await look(false);
  now += 5 * MINUTE;
  await look(false);
  expect(told()).toEqual([OPENED]);
  await look(true);
  expect(told()).toEqual([OPENED, OVER]);
});

test('a receiver without a spool reports the same incident with its own text', async () => {
  alarm = start(null);
  await look(false);
  now += 5 * MINUTE;
  await look(false);
  await look(true);
  expect(told()).toEqual([
    'trigger recert/redis-away/mac-mini:8080',
    'resolve recert/redis-away/mac-mini:8080',
  ]);
});
