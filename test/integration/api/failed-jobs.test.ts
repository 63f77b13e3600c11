import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { auditPage } from '../../../src/contract/resources/audit.js';
import { failedJobsAnswer, failedJobsChanged } from '../../../src/contract/resources/jobs.js';
import { EXIT } from '../../../src/cli/exit.js';
import { queuePrefix } from '../../../src/queues/names.js';
import { recert } from '../../support/cli.js';
import { untilTrue } from '../../support/eventually.js';
import { ask, startApi, type TestApi, TOKENS } from './support.js';

const operator = { token: TOKENS.operator };
const reason = 'Redis was full, INC-4713';

let api: TestApi;
beforeEach(async () => {
  api = await startApi({ fleet: false });
});
afterEach(() => api.close());

/** Fails these jobs of the queue `redistribute` in a worker. */
async function fail(...ids: string[]): Promise<void> {
  const connection = new Redis(api.redis.options.port ?? 0, '127.0.0.1', { maxRetriesPerRequest: null });
  const work = () => Promise.reject(new Error('Redis is full'));
  const worker = new Worker('redistribute', work, { connection, prefix: queuePrefix('recert') });
  // The failures are intended.
  worker.on('error', () => undefined);
  for (const redistributionId of ids)
    await api.queues.redistribute.add(
      'redistribute',
      { instance: 'prod', redistributionId },
      { jobId: redistributionId },
    );
  await untilTrue(async () => (await api.queues.redistribute.getFailedCount()) === ids.length);
  await worker.close();
  connection.disconnect();
}

const failed = async () =>
  failedJobsAnswer.parse((await ask(api, 'GET', '/api/v1/jobs/failed', operator)).body).jobs;

async function change(what: 'retry' | 'clear', body: object) {
  const answer = await ask(api, 'POST', `/api/v1/jobs/${what}`, { ...operator, body: { reason, ...body } });
  expect(answer.status).toBe(200);
  return failedJobsChanged.parse(answer.body);
}

test('failed jobs are listed with their error, retried, and deleted; each action is in the audit log', async () => {
  await fail('r-1', 'r-2', 'r-3');
  expect((await failed()).map(({ id }) => id).sort()).toEqual(['r-1', 'r-2', 'r-3']);
  expect(await failed()).toContainEqual(
    expect.objectContaining({ queue: 'redistribute', instance: 'prod', attempts: 1, error: 'Redis is full' }),
  );

  expect(await change('retry', { queue: 'redistribute', ids: ['r-1', 'r-9'] })).toEqual({
    changed: 1,
    skipped: 1,
  });
  expect(await api.queues.redistribute.getJobState('r-1')).toBe('waiting');
  expect(await change('clear', { queue: 'notify' })).toEqual({ changed: 0, skipped: 0 });
  expect(await change('clear', { queue: 'redistribute' })).toEqual({ changed: 2, skipped: 0 });
  expect(await failed()).toEqual([]);
  expect(await api.queues.redistribute.getJobState('r-1')).toBe('waiting');

  const { body } = await ask(api, 'GET', '/api/v1/audit', operator);
  expect(auditPage.parse(body).entries.map(({ action, result }) => `${action}: ${result}`)).toEqual([
    'job-clear: 2 jobs deleted, 0 no longer failed.',
    'job-clear: 0 jobs deleted, 0 no longer failed.',
    'job-retry: 1 job retried, 1 no longer failed.',
  ]);
});

test('the command line lists failed jobs with exit code 1, and retries them', async () => {
  await fail('r-1');
  const run = (...words: string[]) => recert([...words, '--url', api.url, '--token', TOKENS.operator]);
  const list = await run('jobs');
  expect(list).toMatchObject({ code: EXIT.failed });
  expect(list.out).toMatch(/redistribute +r-1 +prod .*Redis is full/);
  const retried = await run('jobs', 'retry', '--queue', 'redistribute', '--reason', reason);
  expect(retried).toMatchObject({ code: EXIT.done, out: '1 retried, 0 no longer failed.' });
  expect(await run('jobs')).toMatchObject({ code: EXIT.done, err: 'There are no failed jobs.' });
});

test('a viewer may read failed jobs, but not change them', async () => {
  const viewer = { token: TOKENS.viewer };
  expect((await ask(api, 'GET', '/api/v1/jobs/failed', viewer)).status).toBe(200);
  const body = { reason, queue: 'sweep' };
  expect((await ask(api, 'POST', '/api/v1/jobs/clear', { ...viewer, body })).status).toBe(403);
});
