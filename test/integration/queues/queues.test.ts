import { type Job, type Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { queuePrefix } from '../../../src/queues/names.js';
import { type RedistributePayload, redistributePayload } from '../../../src/queues/payloads.js';
import { createProducers, type Producers } from '../../../src/queues/producers.js';
import { createQueues, type Queues } from '../../../src/queues/queues.js';
import { restoreSweeps, scheduleSweeps } from '../../../src/queues/schedules.js';
import type { Config } from '../../../src/config/schema.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { createQueueWorker, nameOf } from '../../../workers/queue-worker.js';
import { keepSchedules } from '../../../workers/wiring/schedules.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { eventually } from '../../support/eventually.js';

let server: TestRedis;
let redis: Redis;
let queues: Queues;
let producers: Producers;
let worker: Worker | undefined;
let workerRedis: Redis | undefined;
beforeAll(async () => {
  server = await startTestRedis();
});
beforeEach(async () => {
  redis = new Redis(server.url);
  await redis.flushall();
  queues = createQueues({ connection: redis, prefix: 'recert' });
  producers = createProducers(queues);
});
afterEach(async () => {
  await worker?.close(true);
  worker = undefined;
  workerRedis?.disconnect();
  await queues.close();
  redis.disconnect();
});
afterAll(() => server.close());

/** Connects a queue worker until the end of the test. */
function connectWorker(): Redis {
  workerRedis = new Redis(server.url, { maxRetriesPerRequest: null });
  return workerRedis;
}

/** Runs jobs of redistributions until it is closed. */
async function work(job: () => Promise<void>): Promise<void> {
  worker = new Worker('redistribute', job, { connection: connectWorker(), prefix: queuePrefix('recert') });
  await worker.waitUntilReady();
}

const stateOf = (id: string) => queues.redistribute.getJobState(id);

test('all keys of the queues are in one slot of a cluster', async () => {
  await producers.wakeAssess('prod', 0);
  await producers.requestSweep('prod', 'full');
  const keys = await redis.keys('*');
  expect(keys.filter((name) => !name.startsWith('{recert}:'))).toEqual([]);
});

describe('the job of a redistribution', () => {
  test('is created once, and keeps its delay', async () => {
    await producers.startRedistribution('prod', 'r-1', 60_000);
    await producers.startRedistribution('prod', 'r-1');
    expect(await queues.redistribute.getJobCountByTypes('waiting', 'delayed')).toBe(1);
    expect(await stateOf('r-1')).toBe('delayed');
    expect((await queues.redistribute.getJob('r-1'))?.data).toEqual({
      v: 1,
      instance: 'prod',
      redistributionId: 'r-1',
    });
  });

  test('is created again when the previous one has completed or failed', async () => {
    let fails = false;
    await work(() => (fails ? Promise.reject(new Error('no')) : Promise.resolve()));
    await producers.startRedistribution('prod', 'r-1');
    await eventually(async () => expect(await stateOf('r-1')).toBe('completed'));
    fails = true;
    await producers.startRedistribution('prod', 'r-1');
    await eventually(async () => expect(await stateOf('r-1')).toBe('failed'));
    await worker?.pause(true);
    await producers.startRedistribution('prod', 'r-1', 60_000);
    expect(await stateOf('r-1')).toBe('delayed');
  });

  test('is promoted before its time, and is created when there is none', async () => {
    await producers.startRedistribution('prod', 'r-1', 60_000);
    await producers.promoteRedistribution('prod', 'r-1');
    expect(await stateOf('r-1')).toBe('waiting');
    await producers.promoteRedistribution('prod', 'r-1');
    await producers.promoteRedistribution('prod', 'r-2');
    expect(await stateOf('r-2')).toBe('waiting');
  });

  test('is not changed while it runs', async () => {
    let end = (): void => undefined;
    await work(() => new Promise((resolve) => (end = resolve)));
    await producers.startRedistribution('prod', 'r-1');
    await eventually(async () => expect(await stateOf('r-1')).toBe('active'));
    await producers.promoteRedistribution('prod', 'r-1');
    await producers.startRedistribution('prod', 'r-1');
    expect(await stateOf('r-1')).toBe('active');
    end();
  });

  test('is reported as present or absent', async () => {
    await work(() => Promise.resolve());
    await producers.startRedistribution('prod', 'r-done');
    await eventually(async () => expect(await stateOf('r-done')).toBe('completed'));
    await producers.startRedistribution('prod', 'r-later', 60_000);
    expect([...(await producers.withLiveJob(['r-done', 'r-later', 'r-never']))]).toEqual(['r-later']);
  });
});

describe('the assess job', () => {
  test('is one for the same time, and one per immediate request', async () => {
    const at = Date.now() + 60_000;
    await Promise.all([1, 2, 3].map(() => producers.wakeAssessAt('prod', at)));
    expect(await queues.assess.getDelayedCount()).toBe(1);
    await producers.wakeAssessAt('staging', at);
    expect(await queues.assess.getDelayedCount()).toBe(2);
  });

  test('starts at once for a time in the past', async () => {
    await producers.wakeAssess('prod', -5);
    await producers.wakeAssessAt('prod', 5);
    expect(await queues.assess.getWaitingCount()).toBe(2);
  });
});

describe('sweeps', () => {
  test('run once when requested twice', async () => {
    await producers.requestSweep('prod', 'full');
    await producers.requestSweep('prod', 'full');
    await producers.requestSweep('prod', 'open');
    expect(await queues.sweep.getWaitingCount()).toBe(2);
  });

  test('are scheduled for the configured instances, however often and by whichever process', async () => {
    const rhythm = { changed: 60_000, full: 3_600_000, open: 1_000 };
    await Promise.all([1, 2].map(() => scheduleSweeps(queues.sweep, { prod: rhythm, old: rhythm })));
    expect(await queues.sweep.getJobSchedulersCount()).toBe(6);
    await scheduleSweeps(queues.sweep, { prod: { ...rhythm, open: 2_000 } });
    const schedules = await queues.sweep.getJobSchedulers();
    expect(schedules.map(({ key, every }) => [key, every]).sort()).toEqual([
      ['prod-changed', 60_000],
      ['prod-full', 3_600_000],
      ['prod-open', 2_000],
    ]);
  });

  test('are restored when Redis has lost them, and others are not changed', async () => {
    const rhythms = { prod: { changed: 60_000, full: 3_600_000, open: 1_000 } };
    await scheduleSweeps(queues.sweep, rhythms);
    expect(await restoreSweeps(queues.sweep, rhythms)).toBe(0);
    await queues.sweep.removeJobScheduler('prod-open');
    expect(await restoreSweeps(queues.sweep, rhythms)).toBe(1);
    await redis.flushall();
    expect(await restoreSweeps(queues.sweep, rhythms)).toBe(3);
    expect(await queues.sweep.getJobSchedulersCount()).toBe(3);
  });
});

/** Removes a job from the lists of a queue; `data`: its data, too. */
async function lose(queue: Queue, jobId: string, { data = true } = {}): Promise<void> {
  await redis.zrem(queue.toKey('delayed'), jobId);
  await redis.lrem(queue.toKey('wait'), 0, jobId);
  if (data) await redis.del(queue.toKey(jobId));
}

const nextJobs = () => queues.sweep.getJobs(['delayed', 'waiting']);

describe('a job that is present and will never run', () => {
  const rhythms = { prod: { changed: 60_000, full: 3_600_000, open: 60_000 } };

  test('a schedule whose next job is gone is restored', async () => {
    await scheduleSweeps(queues.sweep, rhythms);
    for (const { id = '' } of await nextJobs()) await lose(queues.sweep, id);
    expect(await restoreSweeps(queues.sweep, rhythms)).toBe(3);
    expect(await nextJobs()).toHaveLength(3);
    expect(await restoreSweeps(queues.sweep, rhythms)).toBe(0);
  });

  test('a worker restores the next jobs of its schedules within the interval of its check', async () => {
    const stop = new AbortController();
    const sweep = { ...rhythms.prod, open: 500 };
    const instances = { prod: { sweep } } as unknown as Config['instances'];
    const restored: number[] = [];
    const telemetry = createTelemetry((kind, fields) => {
      if (kind === 'sweep.rescheduled') restored.push((fields as { schedules: number }).schedules);
    });
    const deps = { queue: queues.sweep, telemetry, stopping: stop.signal };
    const { kept } = await keepSchedules(instances, deps);
    for (const { id = '' } of await nextJobs()) await lose(queues.sweep, id);
    await eventually(async () => expect(await nextJobs()).toHaveLength(3));
    stop.abort();
    await kept;
    expect(restored[0]).toBeGreaterThan(0);
  });

  test('a schedule whose next job is in no list, or has no data, is restored', async () => {
    await scheduleSweeps(queues.sweep, rhythms);
    const [first, second] = await nextJobs();
    await lose(queues.sweep, first?.id ?? '', { data: false });
    await redis.del(queues.sweep.toKey(second?.id ?? ''));
    expect(await restoreSweeps(queues.sweep, rhythms)).toBe(2);
    expect(await restoreSweeps(queues.sweep, rhythms)).toBe(0);
    expect((await nextJobs()).filter(Boolean)).toHaveLength(3);
  });

  test('a schedule whose next run is further ahead than its interval is restored', async () => {
    await queues.sweep.upsertJobScheduler(
      'prod-open',
      { every: 60_000, startDate: Date.now() + 86_400_000 },
      { name: 'open', data: { instance: 'prod', what: 'open' } },
    );
    await scheduleSweeps(queues.sweep, { prod: rhythms.prod });
    await redis.zadd(queues.sweep.toKey('repeat'), Date.now() + 86_400_000, 'prod-open');
    expect(await restoreSweeps(queues.sweep, rhythms)).toBe(1);
    const { next } = (await queues.sweep.getJobScheduler('prod-open')) ?? {};
    expect(next).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  test('a schedule whose job runs is left alone', async () => {
    let end = (): void => undefined;
    worker = new Worker('sweep', () => new Promise<void>((resolve) => (end = resolve)), {
      connection: connectWorker(),
      prefix: queuePrefix('recert'),
      concurrency: 3,
    });
    await scheduleSweeps(queues.sweep, rhythms);
    await eventually(async () => expect(await queues.sweep.getActiveCount()).toBe(3));
    expect(await restoreSweeps(queues.sweep, rhythms)).toBe(0);
    end();
  });

  test.each([{ data: true }, { data: false }])(
    'a requested sweep that was lost does not prevent the next request: %o',
    async (what) => {
      await producers.requestSweep('prod', 'full');
      const [job] = await queues.sweep.getWaiting();
      await lose(queues.sweep, job?.id ?? '', what);
      await producers.requestSweep('prod', 'full');
      await producers.requestSweep('prod', 'full');
      expect(await queues.sweep.getWaitingCount()).toBe(1);
    },
  );

  test('a redistribution whose job has no data is found, and started once', async () => {
    await producers.startRedistribution('prod', 'r-1', 3_600_000);
    await redis.del(queues.redistribute.toKey('r-1'));
    expect((await producers.withLiveJob(['r-1'])).size).toBe(0);
    await producers.startRedistribution('prod', 'r-1');
    expect((await producers.withLiveJob(['r-1'])).size).toBe(1);
    expect(await queues.redistribute.getJobCountByTypes('delayed', 'waiting')).toBe(1);
  });

  test('a batch and a notification whose jobs are in no list are started again', async () => {
    const start = async () => {
      await producers.startBatch('prod', 'b-1');
      await producers.notify('i-1', 'ops');
    };
    await start();
    await lose(queues.batch, 'b-1', { data: false });
    await lose(queues.notify, 'i-1-ops', { data: false });
    await start();
    expect([await queues.batch.getWaitingCount(), await queues.notify.getWaitingCount()]).toEqual([1, 1]);
  });
});

test('an invalid payload is not written', async () => {
  await expect(producers.startRedistribution('prod', undefined as never)).rejects.toThrow();
  expect(await queues.redistribute.getJobCountByTypes('waiting', 'delayed')).toBe(0);
});

describe('a job of another version', () => {
  async function runWith(data: object): Promise<{ read: string[]; errors: string[] }> {
    const [read, errors]: [string[], string[]] = [[], []];
    await queues.redistribute.add('redistribute', data as RedistributePayload, { jobId: 'r-1' });
    const work = (job: Job<unknown>) => {
      read.push(redistributePayload.decode(job.data, nameOf(job)).redistributionId);
      return Promise.resolve();
    };
    const settings = { prefix: 'recert', concurrency: 1, lockMs: 30_000 };
    worker = createQueueWorker('redistribute', work, { connection: connectWorker(), ...settings });
    worker.on('error', ({ message }) => errors.push(message));
    return { read, errors };
  }

  test('goes back into the queue when it is newer, for a worker of that version, and the error names it', async () => {
    const { read, errors } = await runWith({ v: 2, instance: 'prod', redistributionId: 'r-1', more: true });
    await eventually(async () => expect(await stateOf('r-1')).toBe('delayed'));
    await eventually(() => expect(errors).toHaveLength(1));
    expect(errors[0]).toContain(
      'redistribute job r-1 cannot be read: it was written by a newer version of Recert',
    );
    expect(read).toEqual([]);
    expect((await queues.redistribute.getJob('r-1'))?.data).toMatchObject({ v: 2, more: true });
  });

  test('runs when it has no version', async () => {
    const { read } = await runWith({ instance: 'prod', redistributionId: 'r-1' });
    await eventually(() => expect(read).toEqual(['r-1']));
  });

  test('fails and stays in the queue when it cannot be read for another reason', async () => {
    const { read } = await runWith({ instance: 7 });
    await eventually(async () => expect(await stateOf('r-1')).toBe('failed'));
    expect((await queues.redistribute.getJob('r-1'))?.failedReason).toContain(
      'redistribute job r-1 cannot be read',
    );
    expect(read).toEqual([]);
  });

  test('every job has a version', async () => {
    await producers.wakeAssess('prod', 0);
    await producers.startRedistribution('prod', 'r-1');
    await producers.startBatch('prod', 'b-1');
    await producers.requestSweep('prod', 'full');
    await producers.notify('i-1', 'slack');
    const all = [queues.assess, queues.redistribute, queues.batch, queues.sweep, queues.notify];
    const jobs = await Promise.all(all.map((queue) => queue.getJobs()));
    expect(jobs.flat().map(({ data }) => data as object)).toEqual(
      Array.from({ length: 5 }, (): unknown => expect.objectContaining({ v: 1 })),
    );
  });
});
