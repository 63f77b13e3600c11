import { Redis } from 'ioredis';
import type { Worker } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { notificationsSchema, type NotificationsConfig } from '../../../src/config/sections/notifications.js';
import type { Facts, WaitingForPerson } from '../../../src/domain/health/facts.js';
import { createProducers } from '../../../src/queues/producers.js';
import { createQueues, type Queues } from '../../../src/queues/queues.js';
import { trySend } from '../../../src/notify/channel.js';
import { createIncidentStore, type IncidentStore } from '../../../src/store/incidents/incidents.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { createNotifyWorker } from '../../../workers/notify.js';
import { detectIncidents, type DetectionDeps } from '../../../src/application/incidents/watch-incidents.js';
import {
  type PagerdutyBody,
  type SlackBody,
  type SimulatedReceiver,
  startPagerduty,
  startReceiver,
  startSlack,
  type WebhookBody,
} from '../../support/notify/simulated-receivers.js';
import { limitByProcessTime } from '../../support/process-time.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const CANARY = 'canary5f1c';
const MINUTE = 60_000;

let server: TestRedis;
let redis: Redis;
let slack: SimulatedReceiver<SlackBody>;
let pager: SimulatedReceiver<PagerdutyBody>;
let hook: SimulatedReceiver<WebhookBody>;
let queues: Queues;
let clock: number;
let waiting: WaitingForPerson[];
let uses: Facts['breakGlass'];
/** Whether a sweep has read the server. Before that, its state is unknown. */
let swept: boolean;
let told: string[];
let processes: {
  deps: DetectionDeps;
  incidents: IncidentStore;
  worker: Worker;
  close: () => Promise<void>;
}[];

beforeAll(async () => {
  server = await startTestRedis();
});
beforeEach(async () => {
  redis = new Redis(server.url);
  await redis.flushall();
  clock = Date.now();
  waiting = [];
  uses = [];
  swept = true;
  told = [];
  [slack, pager, hook] = await Promise.all([
    startSlack(CANARY),
    startPagerduty(),
    startReceiver(CANARY, () => clock),
  ]);
  queues = createQueues({ connection: redis, prefix: 'recert' });
  processes = [startProcess(), startProcess()];
});
afterEach(async () => {
  await Promise.all(processes.map(({ close }) => close()));
  await queues.close();
  redis.disconnect();
  await Promise.all([slack.close(), pager.close(), hook.close()]);
});
afterAll(() => server.close());

function settings(): NotificationsConfig {
  const quiet = { from: '22:00', to: '07:00', zone: 'Etc/UTC' };
  return notificationsSchema.parse({
    every: '1ms',
    recoverAfter: '5m',
    channels: {
      slack: { type: 'slack', url: slack.url, quiet },
      pager: { type: 'pagerduty', routingKey: `${CANARY}${'0'.repeat(22)}`, api: pager.url },
      hook: { type: 'webhook', url: hook.url, signingSecret: CANARY, least: 'critical' },
    },
  });
}

function facts(): Facts {
  return {
    at: clock,
    webhooksSilentMs: 60 * MINUTE,
    queues: [],
    removedInstances: [],
    breakGlass: uses,
    instances: [
      {
        name: 'prod',
        paused: null,
        profiles: [],
        foreignChanges: [],
        needsHuman: waiting.length,
        waiting,
        computers: { known: 1 },
        setAside: [],
        fall: null,
        commandsUnlisted: false,
        statusUnread: null,
        lastWebhookAt: null,
        lastSweepAt: swept ? clock : null,
        sweepEveryMs: MINUTE,
        leases: { late: 0, oldest: null },
      },
    ],
  };
}

/** The notification parts of one worker process, with separate connections. */
function startProcess(): (typeof processes)[number] {
  const own = new Redis(server.url, { maxRetriesPerRequest: 1 });
  const connection = new Redis(server.url, { maxRetriesPerRequest: null });
  const ownQueues = createQueues({ connection: own, prefix: 'recert' });
  const incidents = createIncidentStore({ redis: own, key: keysUnder('recert') });
  const telemetry = createTelemetry((kind) => void told.push(kind));
  const now = () => clock;
  const { channels, ...rhythm } = settings();
  const worker = createNotifyWorker(
    {
      channels,
      publicUrl: 'https://recert.example.com',
      prefix: 'recert',
      incidents,
      sendNotice: trySend,
      telemetry,
      now,
    },
    { connection, prefix: 'recert', concurrency: 3, lockMs: 2_000 },
    () => 20,
  );
  return {
    incidents,
    worker,
    deps: {
      settings: { ...rhythm, channels },
      facts: () => Promise.resolve(facts()),
      incidents,
      producers: createProducers(ownQueues),
      telemetry,
      stopping: new AbortController().signal,
    },
    close: async () => {
      await worker.close(true);
      connection.disconnect();
      await ownQueues.close();
      own.disconnect();
    },
  };
}

function someProcess(): (typeof processes)[number] {
  const [first] = processes;
  if (!first) throw new Error('no process');
  return first;
}

const needs = (id: string): WaitingForPerson => ({
  redistributionId: `r-${id}`,
  profile: 'okta',
  computerId: id,
  computer: `mac-${id}`,
  since: Number(id),
  why: 'the CA refused',
});

/** Both processes check until this number of checks has run: one follows another after at least a millisecond. */
async function lookAll(times = 5): Promise<void> {
  for (let had = 0; had < times;) {
    const looks = await Promise.all(processes.map(({ deps }) => detectIncidents(deps)));
    had += looks.filter(Boolean).length;
  }
}

const nothingPending = () => expect.poll(() => redis.zcard('{recert}:incidents:pending')).toBe(0);

/** A time of the day at which Slack is not in quiet hours, or is. */
function setClock(hour: number): void {
  clock = Date.UTC(2030, 0, 15, hour);
}

test('each channel receives one message when an incident opens and one when it is resolved, however often it is checked', async () => {
  setClock(12);
  waiting = [needs('7')];
  await lookAll();
  await nothingPending();
  expect(slack.accepted).toHaveLength(1);
  expect(pager.accepted.map((one) => one.event_action)).toEqual(['trigger']);
  expect(hook.requestCount()).toBe(0);
  expect(JSON.stringify(slack.accepted)).toContain('https://recert.example.com/macs/prod/7');

  // Resolved for a moment, and open again: no message is sent.
  waiting = [];
  await lookAll();
  clock += MINUTE;
  waiting = [needs('7')];
  await lookAll();
  clock += 4.5 * MINUTE;
  waiting = [];
  await lookAll();
  expect(told.filter((kind) => kind === 'incident.recovered')).toEqual([]);

  clock += 5 * MINUTE;
  await lookAll();
  await nothingPending();
  expect(slack.accepted.map(({ text }) => text)).toEqual([
    'mac-7: renewal failed, needs attention (okta)',
    'Resolved: mac-7: renewal failed, needs attention (okta)',
  ]);
  expect(pager.accepted.map((one) => [one.event_action, one.dedup_key])).toEqual([
    ['trigger', 'recert/needs-human/prod/okta/7'],
    ['resolve', 'recert/needs-human/prod/okta/7'],
  ]);
  expect(told.filter((kind) => kind.startsWith('incident.'))).toEqual([
    'incident.opened',
    'incident.recovered',
  ]);
});

test('a receiver that hangs or fails does not delay other receivers, and gets all messages when it recovers', async () => {
  limitByProcessTime();
  setClock(12);
  slack.answer('hang');
  // Many more messages than the workers have slots, all for every channel.
  uses = Array.from({ length: 40 }, (_, index) => ({
    id: `u${index}`,
    name: 'Anna',
    address: '::1',
    at: clock,
  }));
  await lookAll();
  await expect.poll(() => [pager, hook].map(({ accepted }) => accepted.length)).toEqual([40, 40]);
  expect(slack.requestCount()).toBeLessThanOrEqual(processes.length);
  slack.answer({ status: 503 });
  await expect.poll(() => slack.requestCount()).toBeGreaterThan(6);
  slack.answer(null);
  await nothingPending();
  expect(slack.accepted).toHaveLength(40);
  expect(pager.accepted).toHaveLength(40);
});

test('an incident that opened and closed while a receiver failed is sent as resolved only', async () => {
  setClock(12);
  pager.answer({ status: 500 });
  waiting = [needs('7')];
  await lookAll();
  await expect.poll(() => pager.requestCount()).toBeGreaterThan(2);
  waiting = [];
  clock += 10 * MINUTE;
  await lookAll();
  pager.answer(null);
  await nothingPending();
  expect(pager.accepted.map((one) => one.event_action)).toEqual(['resolve']);
});

test('messages wait until quiet hours end', async () => {
  setClock(23);
  waiting = [needs('7')];
  await lookAll();
  await expect.poll(() => pager.accepted.length).toBe(1);
  await expect.poll(() => queues.notify.getDelayedCount()).toBe(1);
  expect(slack.requestCount()).toBe(0);
  const [job] = await queues.notify.getDelayed();
  expect(job?.delay).toBeGreaterThan(7.9 * 60 * MINUTE);
  setClock(31);
  await job?.promote();
  await nothingPending();
  expect(slack.accepted).toHaveLength(1);
});

test('a lost job is added to the queue again, also one lost between the check and the queue', async () => {
  setClock(12);
  slack.answer({ status: 500 });
  waiting = [needs('7')];
  await lookAll();
  await expect.poll(() => slack.requestCount()).toBeGreaterThan(1);
  await Promise.all(processes.map(({ worker }) => worker.pause()));
  await queues.notify.obliterate({ force: true });
  slack.answer(null);
  for (const { worker } of processes) void worker.resume();
  await lookAll();
  await nothingPending();
  expect(slack.accepted).toHaveLength(1);
});

/** Copies all incident data in Redis, to restore it like an old snapshot. */
async function takeSnapshot(): Promise<() => Promise<void>> {
  const names = await redis.keys('{recert}:incidents:*');
  await Promise.all(names.map((name) => redis.copy(name, `old:${name}`)));
  return async () => {
    await redis.del(await redis.keys('{recert}:incidents:*'));
    const kept = await redis.keys('old:*');
    await Promise.all(kept.map((name) => redis.rename(name, name.slice('old:'.length))));
  };
}

const messages = () => [
  slack.accepted.map(({ text }) => /^(mac-7: .*?\)|[^:]*)/u.exec(text)?.[1]),
  pager.accepted.map((one) => one.event_action),
];

test('after Redis is emptied during an incident, the incident is not sent again and its resolution is sent', async () => {
  const { deps, incidents } = someProcess();
  setClock(12);
  waiting = [needs('7')];
  await lookAll();
  await nothingPending();
  const memory = await incidents.remember();
  await redis.flushall();
  // Until a sweep has read the fleet again, its state is unknown, which does not resolve the incident.
  swept = false;
  waiting = [];
  await expect.poll(() => detectIncidents(deps, memory)).toBe(true);
  clock += 10 * MINUTE;
  await lookAll();
  swept = true;
  waiting = [needs('7')];
  await lookAll();
  await nothingPending();
  expect(messages()).toEqual([['mac-7: renewal failed, needs attention (okta)'], ['trigger']]);
  waiting = [];
  clock += 10 * MINUTE;
  await lookAll();
  await nothingPending();
  expect(messages()).toEqual([
    ['mac-7: renewal failed, needs attention (okta)', 'Resolved'],
    ['trigger', 'resolve'],
  ]);
  expect(told.filter((kind) => kind.startsWith('incident.'))).toEqual([
    'incident.opened',
    'incident.restored',
    'incident.recovered',
  ]);
});

test('after Redis is restored from an old snapshot, a resolved incident is not sent again', async () => {
  const { deps, incidents } = someProcess();
  setClock(12);
  waiting = [needs('7')];
  await lookAll();
  await nothingPending();
  const putBack = await takeSnapshot();
  waiting = [];
  clock += 10 * MINUTE;
  await lookAll();
  await nothingPending();
  const memory = await incidents.remember();
  await putBack();
  clock += 10 * MINUTE;
  await expect.poll(() => detectIncidents(deps, memory)).toBe(true);
  await lookAll();
  await nothingPending();
  expect(messages()[1]).toEqual(['trigger', 'resolve']);
});

test('a process that lost its lease changes nothing', async () => {
  const { incidents, deps } = someProcess();
  const timing = { now: clock, everyMs: 1, recoverAfterMs: 0 };
  const turn = await incidents.takeTurn(10_000);
  expect(await incidents.takeTurn(10_000)).toBeNull();
  await redis.del('{recert}:incidents:turn');
  expect(await incidents.takeTurn(10_000)).not.toBeNull();
  expect(await incidents.reconcile(turn ?? '', [], timing)).toBeNull();
  expect(await detectIncidents(deps)).toBe(false);
});

test('no secret is in Redis', async () => {
  setClock(12);
  slack.answer({ status: 500, body: CANARY });
  waiting = [needs('7')];
  await lookAll();
  await expect.poll(() => slack.requestCount()).toBeGreaterThan(1);
  await redis.config('SET', 'rdbcompression', 'no');
  // A lock may expire between the two commands. Its dump is then null.
  const contents = await Promise.all((await redis.keys('*')).map(dumpOf));
  expect(contents.join('\n')).toContain('mac-7: renewal failed');
  expect(contents.join('\n')).not.toContain(CANARY);
});

/** The content of a key as text. Empty when the key has expired in the meantime, although the types of ioredis exclude that. */
async function dumpOf(name: string): Promise<string> {
  const dump = (await redis.dumpBuffer(name)) as Buffer | null;
  return dump === null ? '' : dump.toString('latin1');
}
