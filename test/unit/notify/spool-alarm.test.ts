import { afterEach, beforeEach, expect, test } from 'vitest';
import { notificationsSchema } from '../../../src/config/notifications.js';
import { createSpoolAlarm, type SpoolAlarm } from '../../../src/notify/spool-alarm.js';
import { createTelemetry, type Telemetry } from '../../../src/telemetry/bus.js';
import { type PagerdutyBody, type StandIn, startPagerduty } from '../../support/notify/stand-ins.js';

const MINUTE = 60_000;
const MOST = 1_000;

let pager: StandIn<PagerdutyBody>;
let telemetry: Telemetry;
let alarm: SpoolAlarm;
let now: number;

beforeEach(async () => {
  pager = await startPagerduty();
  now = Date.UTC(2026, 10, 24, 3);
  telemetry = createTelemetry();
  const { channels } = notificationsSchema.parse({
    channels: { pager: { type: 'pagerduty', routingKey: '0'.repeat(32), api: pager.url } },
  });
  alarm = createSpoolAlarm({
    ...{ channels, telemetry, mostBytes: MOST, host: 'mac-mini', prefix: 'recert' },
    now: () => now,
  });
  telemetry.listen(alarm.listener);
});
afterEach(() => pager.close());

const size = (bytes: number) => telemetry.emit('spool.size', { bytes });
const told = () => pager.taken.map(({ event_action, dedup_key }) => `${event_action} ${dedup_key}`);
const OPENED = 'trigger recert/spool-filling/mac-mini';
const OVER = 'resolve recert/spool-filling/mac-mini';

test('a spool in use is told after five minutes, once, and told to be over when it is empty', async () => {
  size(10);
  now += 5 * MINUTE - 1;
  await alarm.look();
  expect(told()).toEqual([]);
  now += 1;
  await alarm.look();
  size(20);
  await alarm.look();
  expect(told()).toEqual([OPENED]);
  size(0);
  await alarm.look();
  await alarm.look();
  expect(told()).toEqual([OPENED, OVER]);
  size(10);
  await alarm.look();
  expect(told()).toEqual([OPENED, OVER]);
});

test('a spool that is emptied in time is not told', async () => {
  size(10);
  now += 4 * MINUTE;
  size(0);
  size(10);
  now += 4 * MINUTE;
  await alarm.look();
  expect(told()).toEqual([]);
});

test('half full is told at once, and stays told until it is empty', async () => {
  size(MOST / 2);
  await alarm.look();
  size(MOST / 2 - 1);
  now += MINUTE;
  await alarm.look();
  expect(told()).toEqual([OPENED]);
});

test('a disk that fails is told, and over when it has not failed for a minute', async () => {
  telemetry.emit('spool.failed', { error: 'EIO' });
  await alarm.look();
  now += MINUTE;
  await alarm.look();
  expect(told()).toEqual([OPENED, OVER]);
});

test('a channel that does not take it is tried again; two looks at once tell once', async () => {
  const failures: string[] = [];
  telemetry.listen((kind) => {
    if (kind === 'notify.failed') failures.push(kind);
  });
  size(MOST);
  pager.answer({ status: 500 });
  await alarm.look();
  expect(failures).toHaveLength(1);
  pager.answer(null);
  await Promise.all([alarm.look(), alarm.look()]);
  expect(told()).toEqual([OPENED]);
});

test('what no channel was told in time is not told to be over', async () => {
  size(MOST);
  pager.answer({ status: 500 });
  await alarm.look();
  pager.answer(null);
  size(0);
  await alarm.look();
  expect(told()).toEqual([]);
});
