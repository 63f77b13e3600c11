import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { notificationsSchema } from '../../../src/config/sections/notifications.js';
import { createWorkerWatch, type WorkerWatch } from '../../../src/application/incidents/receiver-watch.js';
import { trySend } from '../../../src/notify/channel.js';
import { createSendGate } from '../../../src/application/incidents/send-gate.js';
import {
  createIncidentStore,
  type IncidentStore,
  type RoutedIncident,
} from '../../../src/store/incidents/incidents.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import {
  type PagerdutyBody,
  type SlackBody,
  type SimulatedReceiver,
  startPagerduty,
  startSlack,
} from '../../support/notify/simulated-receivers.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const MINUTE = 60_000;

let server: TestRedis;
let redis: Redis;
let slack: SimulatedReceiver<SlackBody>;
let pager: SimulatedReceiver<PagerdutyBody>;
let incidents: IncidentStore;
let clock: number;
let receivers: WorkerWatch[];

beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.close());
beforeEach(async () => {
  redis = new Redis(server.url);
  await redis.flushall();
  [slack, pager] = await Promise.all([startSlack('s'), startPagerduty()]);
  clock = Date.UTC(2030, 0, 15, 12);
  incidents = createIncidentStore({ redis, key: keysUnder('recert') });
  receivers = [startReceiver(), startReceiver()];
});
afterEach(async () => {
  redis.disconnect();
  await Promise.all([slack.close(), pager.close()]);
});

function startReceiver(): WorkerWatch {
  const now = () => clock;
  const settings = notificationsSchema.parse({
    channels: {
      slack: { type: 'slack', url: slack.url },
      pager: { type: 'pagerduty', routingKey: '0'.repeat(32), api: pager.url },
    },
  });
  return createWorkerWatch({
    settings,
    channels: settings.channels,
    incidents,
    sendNotice: trySend,
    telemetry: createTelemetry(),
    now,
    publicUrl: undefined,
    prefix: 'recert',
    gate: createSendGate(undefined, now),
  });
}

/** Runs the check of a worker, without findings. */
async function workerLooks(): Promise<void> {
  const timing = { now: clock, everyMs: 1, recoverAfterMs: 5 * MINUTE };
  await redis.del('{recert}:incidents:turn');
  const turn = await incidents.takeTurn(1_000);
  expect(await incidents.reconcile(turn ?? '', [], timing)).not.toBeNull();
}

/** Every receiver runs its check, and again after the first one's interval. */
async function receiversLook(): Promise<void> {
  await redis.del('{recert}:incidents:receivers-turn');
  await Promise.all(receivers.map((one) => one.look()));
  await redis.del('{recert}:incidents:receivers-turn');
  await Promise.all(receivers.map((one) => one.look()));
}

const told = () => [slack.accepted.map(({ text }) => text), pager.accepted.map((one) => one.dedup_key)];
const TOLD = [['No worker active since 2030-01-15 12:00Z'], ['recert/workers-silent']];

test('the absence of workers is reported once by any receiver, and resolved by the first worker', async () => {
  await workerLooks();
  await receiversLook();
  clock += 5 * MINUTE - 1;
  await receiversLook();
  expect(told()).toEqual([[], []]);
  clock += 1;
  await receiversLook();
  expect(told()).toEqual(TOLD);
  clock += 60 * MINUTE;
  await receiversLook();
  expect(told()).toEqual(TOLD);

  await workerLooks();
  clock += 5 * MINUTE;
  await workerLooks();
  // The worker adds these to the queue.
  const pending = await incidents.pending(10);
  const records = await Promise.all(pending.map(({ id }) => incidents.read(id)));
  expect(records.map((record) => [record?.incident.kind, record?.closedAt])).toEqual([
    ['workers-silent', clock],
    ['workers-silent', clock],
  ]);
});

test('a new installation, and one whose Redis was emptied, gets time before a report', async () => {
  await workerLooks();
  clock += 60 * MINUTE;
  receivers = [startReceiver()];
  await receiversLook();
  await redis.flushall();
  clock += 4 * MINUTE;
  await receiversLook();
  clock += 4 * MINUTE;
  await receiversLook();
  expect(told()).toEqual([[], []]);
});

test('a channel that fails is tried again after a delay, and no other channel gets a second message', async () => {
  await receiversLook();
  slack.answer({ status: 410, body: 'channel_is_archived' });
  clock += 5 * MINUTE;
  await receiversLook();
  const asked = slack.requestCount();
  await receiversLook();
  expect(slack.requestCount()).toBe(asked);
  slack.answer(null);
  clock += MINUTE;
  await receiversLook();
  expect(told()).toEqual([[TOLD[0]?.[0]], TOLD[1]]);
});

test('other open incidents do not change', async () => {
  const silent: RoutedIncident = {
    key: 'webhooks-silent/prod',
    kind: 'webhooks-silent',
    severity: 'warning',
    instance: 'prod',
    title: 'none',
    text: 'none',
    path: '/',
    channels: [],
  };
  const turn = await incidents.takeTurn(1_000);
  await incidents.reconcile(turn ?? '', [silent], { now: clock, everyMs: 1, recoverAfterMs: 0 });
  clock += 60 * MINUTE;
  await receiversLook();
  clock += 60 * MINUTE;
  await receiversLook();
  expect(Object.keys(await redis.hgetall('{recert}:incidents:open')).sort()).toEqual([
    'webhooks-silent/prod',
    'workers-silent',
  ]);
});
