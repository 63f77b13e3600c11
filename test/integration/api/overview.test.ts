import { Worker } from 'bullmq';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { QUEUES } from '../../../src/contract/queue-names.js';
import { queuePrefix } from '../../../src/queues/names.js';
import { createCursorStore } from '../../../src/store/cursors/cursors.js';
import { createHints } from '../../../src/store/hints/hints.js';
import { createProfileStore } from '../../../src/store/profiles/profiles.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { ask, mac, startApi, type TestApi, TOKENS } from './support.js';

const key = keysUnder('recert');

interface Overview {
  healthy: boolean;
  findings: { text: string }[];
  instances: {
    lastSweepAt: number | null;
    lastWebhookAt: number | null;
    hints: number;
    profiles: { capacity: unknown }[];
  }[];
  queues: { name: string; workers: number; waiting: number }[];
}

let api: TestApi;
let stop: () => Promise<void>;
beforeEach(async () => {
  api = await startApi({ fleet: false });
  stop = () => Promise.resolve();
});
afterEach(async () => {
  await stop();
  await api.close();
});

/** Workers that call the given handlers, so that the queues have workers as in production. */
async function startWorkers(work: () => Promise<unknown>): Promise<void> {
  const connection = api.redis.duplicate({ maxRetriesPerRequest: null });
  const workers = QUEUES.map((name) => new Worker(name, work, { connection, prefix: queuePrefix('recert') }));
  stop = async () => {
    await Promise.all(workers.map((worker) => worker.close(true)));
    connection.disconnect();
  };
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
}

async function overview(): Promise<Overview> {
  const { status, body } = await ask(api, 'GET', '/api/v1/overview', { token: TOKENS.viewer });
  expect(status).toBe(200);
  return body as Overview;
}

test('the overview is healthy with workers, a sweep and no Mac that needs attention', async () => {
  await api.save(mac('1', 300, api.now()));
  await startWorkers(() => Promise.resolve({ outcome: 'done', pages: 1, computers: 1 }));
  const job = await api.queues.sweep.add('changed', { instance: 'prod', what: 'changed' });
  await expect.poll(() => job.getState()).toBe('completed');
  // The API environment runs a worker for batches, too. Redis lists the blocking connection of a worker once it waits.
  await expect
    .poll(async () => (await overview()).queues.map((queue) => queue.workers))
    .toEqual([1, 1, 1, 1, 2]);
  const look = await overview();
  expect(look.findings).toEqual([]);
  expect(look.healthy).toBe(true);
  expect(look.instances[0]?.lastSweepAt).toBeGreaterThan(api.now() - 60_000);
});

test('a sweep that read nothing does not count, and the data of earlier sweeps remains', async () => {
  await startWorkers(() => Promise.resolve({ outcome: 'busy', pages: 0, computers: 0 }));
  const job = await api.queues.sweep.add('changed', { instance: 'prod', what: 'changed' });
  await expect.poll(() => job.getState()).toBe('completed');
  expect((await overview()).instances[0]?.lastSweepAt).toBeNull();
  const cursors = createCursorStore({ redis: api.redis, key });
  await cursors.lease('prod', 'changed', 'test', 10_000);
  await cursors.writeChanged('prod', 'test', { reportedUpTo: 1_234_567 });
  expect((await overview()).instances[0]?.lastSweepAt).toBe(1_234_567);
});

test('the list of profiles shows the setting Redistribute Profile of Jamf Pro', async () => {
  const { body } = await ask(api, 'GET', '/api/v1/profiles?instance=prod', { token: TOKENS.viewer });
  const { profiles } = body as { profiles: { id: string; redistributeDays: number | null }[] };
  expect(profiles.map(({ id, redistributeDays }) => [id, redistributeDays])).toEqual([
    ['12', 45],
    ['13', null],
  ]);
});

test('the overview shows Macs and jobs that wait, and the last webhook', async () => {
  const hints = createHints({ redis: api.redis, key, now: api.now });
  await hints.add('prod', ['1', '2', '3'], { reason: 'manual', ripeAt: api.now() });
  await api.queues.assess.add('assess', { instance: 'prod' });
  const fields = ['event', 'ComputerCheckIn', 'outcome', 'touch', 'body', ''];
  const id = await api.redis.xadd(key('prod', 'events'), '*', ...fields);
  const look = await overview();
  expect(look.instances[0]?.hints).toBe(3);
  expect(look.queues.find(({ name }) => name === 'assess')?.waiting).toBe(1);
  expect(look.instances[0]?.lastWebhookAt).toBe(Number.parseInt(id ?? '', 10));
});

test('the overview shows the limits, the reasons for them, and that they are not sufficient', async () => {
  const before = await overview();
  expect(before.instances[0]?.profiles[0]?.capacity).toEqual({
    hourlyCap: 50,
    inFlight: 100,
    chosen: true,
    reasons: ['These limits apply until the first full sweep has read the fleet.'],
    shortage: null,
  });
  const shortage = { at: Date.UTC(2027, 1, 3), computers: 4_100, neededCaLimit: 1_200 };
  await createProfileStore({ redis: api.redis, key, config: api.config }).saveCapacity('prod', 'okta', {
    at: api.now(),
    hourlyCap: 600,
    inFlight: 590,
    caLimit: 600,
    leads: [],
    why: ['The busiest day has 9,000 Macs to renew.'],
    shortage,
  });
  const look = await overview();
  expect(look.instances[0]?.profiles[0]?.capacity).toEqual({
    hourlyCap: 600,
    inFlight: 590,
    chosen: true,
    reasons: ['The busiest day has 9,000 Macs to renew.'],
    shortage,
  });
  expect(look.findings.map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/^Capacity is insufficient \(okta\)\. From 2027-02-03 on, 4,100 Macs/),
  );
});

test('the overview counts certificates that expire before the next maintenance window', async () => {
  await api.close();
  const inThreeDays = new Date(Date.now() + 3 * 86_400_000).getUTCDay();
  const day = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][inThreeDays];
  api = await startApi({
    fleet: false,
    profile: `maintenance: [{ days: [${day}], from: '23:00', to: '23:30', zone: UTC }],`,
  });
  await api.save(mac('1', 1, api.now()), mac('2', 2, api.now()), mac('3', 9, api.now()));
  const { findings } = await overview();
  expect(findings.map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/^2 Macs have a certificate that expires before the next maintenance window/u),
  );
});
