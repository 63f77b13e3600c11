import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { batchView, redistributeAnswer } from '../../../src/contract/resources/redistribution.js';
import { restartLostBatches } from '../../../src/application/redistribution/restart-lost-jobs.js';
import { createProducers } from '../../../src/queues/producers.js';
import { createBatchStore } from '../../../src/store/batches/batches.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createRedistributionStore } from '../../../src/store/redistributions/redistributions.js';
import { ask, containing, mac, startApi, type TestApi, TOKENS } from './support.js';
import { eventually } from '../../support/eventually.js';

const PATH = '/api/v1/redistributions';
const reason = 'the challenge was reset, CHG-12';
const operator = { token: TOKENS.operator };
type Batch = z.output<typeof batchView>;

let api: TestApi;
beforeEach(async () => {
  api = await startApi({ fleet: false });
});
afterEach(() => api.close());

/** Macs 1 to `due` are due, one more is healthy, one is unmanaged and due. */
async function fleet(due: number): Promise<void> {
  const now = api.now();
  const ids = Array.from({ length: due }, (_, index) => String(index + 1));
  await api.save(
    ...ids.map((id) => mac(id, 15, now)),
    mac(String(due + 1), 200, now),
    mac(String(due + 2), 15, now, { managed: false }),
  );
}

async function request(body: Record<string, unknown>, key?: string) {
  const headers: Record<string, string> = key === undefined ? {} : { 'Idempotency-Key': key };
  return ask(api, 'POST', PATH, { ...operator, body: { reason, ...body }, headers });
}

async function batch(id: string): Promise<Batch> {
  const { status, body } = await ask(api, 'GET', `/api/v1/batches/${id}`, { token: TOKENS.viewer });
  expect(status).toBe(200);
  return batchView.parse(body);
}

async function begun(body: Record<string, unknown>): Promise<Batch> {
  const answer = await request(body);
  expect(answer.status).toBe(202);
  const { batch: made } = redistributeAnswer.parse(answer.body);
  if (!made) throw new Error('there is no batch');
  return made;
}

/** A request for many Macs may take a while on a busy machine. */

const opened = (id: string) =>
  eventually(async () => {
    const now = await batch(id);
    expect(now).toMatchObject({ state: 'opened', left: 0 });
    return now;
  });

const store = () => createRedistributionStore({ redis: api.redis, key: keysUnder('recert') });

/** Lets a worker finish the redistribution of one Mac with this result. */
async function becomes(computerId: string, state: 'needs-human' | 'verified' | 'blocked'): Promise<void> {
  const record = await store().openFor('prod', 'okta', computerId);
  if (!record) throw new Error(`${computerId} is not open`);
  await store().compareAndSet(record, {
    ...record,
    state,
    since: api.now(),
    blocked: state === 'blocked' ? { reason: 'offline', text: 'not seen' } : null,
    closedAt: state === 'blocked' ? null : api.now(),
  });
}

describe('a batch for all Macs that match a filter', () => {
  test('is previewed by a dry run: Macs, cost, duration, and refused Macs with the reason', async () => {
    await fleet(120);
    const keys = async () => (await api.redis.keys('{recert}:prod:batches*')).length;
    const { status, body } = await request({ filter: { state: 'due' }, dryRun: true });
    expect(status).toBe(200);
    const answer = redistributeAnswer.parse(body);
    expect(answer).toMatchObject({ dryRun: true, accepted: 120, refused: 1, complete: true, batch: null });
    expect(answer.results).toHaveLength(121);
    expect(answer.refusals).toMatchObject([{ reason: 'unmanaged', count: 1 }]);
    expect(answer.load).toMatchObject({ issuances: 120, hourlyCap: 50, inFlight: 100 });
    expect(answer.load?.calls).toBeGreaterThan(120);
    // The third hour starts after two hours, and no Mac is proven before its inventory.
    expect(answer.load?.durationMs).toBeGreaterThanOrEqual(2 * 3_600_000);
    expect(await keys()).toBe(0);
    expect(await api.queues.redistribute.count()).toBe(0);
  });

  test('is refused completely, on record, when more Macs match than the request says', async () => {
    await fleet(5);
    const { status, body } = await request({ filter: { state: 'due' }, most: 4 });
    expect(status).toBe(409);
    expect(body).toHaveProperty('detail', containing('5 Macs would be redistributed, but "most" is 4'));
    expect(await api.queues.redistribute.count()).toBe(0);
    const trail = await ask(api, 'GET', '/api/v1/audit', operator);
    expect(trail.body).toMatchObject({
      entries: [{ action: 'redistribute', outcome: 'refused', computers: 5 }],
    });
  });

  test('opens each Mac once with a job, on record, and reports its progress', async () => {
    await fleet(120);
    const made = await begun({ filter: { state: 'due' }, most: 120 });
    expect(made).toMatchObject({ total: 120, by: 'oskar', reason, filter: { state: 'due' } });
    const done = await opened(made.id);
    expect(done).toMatchObject({ opened: 120, refused: 0, byState: { due: 120 }, ended: 0 });
    expect(await api.queues.redistribute.count()).toBe(120);
    const list = await ask(api, 'GET', `${PATH}?batch=${made.id}&limit=200`, operator);
    const { redistributions } = list.body as { redistributions: { cause: { batch: string } }[] };
    expect(redistributions).toHaveLength(120);
    expect(redistributions.every(({ cause }) => cause.batch === made.id)).toBe(true);
    await becomes('1', 'verified');
    await becomes('2', 'needs-human');
    await becomes('3', 'blocked');
    expect(await batch(made.id)).toMatchObject({
      byState: { due: 117, verified: 1, 'needs-human': 1, blocked: 1 },
      ended: 2,
    });
    const all = await ask(api, 'GET', '/api/v1/batches', { token: TOKENS.viewer });
    expect(all.body).toMatchObject({ batches: [{ id: made.id }], next: null });
    const trail = await ask(api, 'GET', '/api/v1/audit', operator);
    expect(trail.body).toMatchObject({
      entries: [{ action: 'redistribute', reason, outcome: 'done', computers: 120, subjects: [made.id] }],
    });
  });

  test('does not contain excluded Macs', async () => {
    await fleet(4);
    const made = await begun({ filter: { state: 'due', except: ['2', '4'] } });
    expect(made).toMatchObject({ total: 2, filter: { state: 'due', except: ['2', '4'] } });
    await opened(made.id);
    const list = await ask(api, 'GET', `${PATH}?batch=${made.id}`, operator);
    const { redistributions } = list.body as { redistributions: { computer: { id: string } }[] };
    expect(redistributions.map(({ computer }) => computer.id).toSorted()).toEqual(['1', '3']);
    expect((await request({ filter: { except: ['2'] }, dryRun: true })).status).toBe(400);
  });

  test('is created once per idempotency key', async () => {
    await fleet(3);
    const first = await request({ filter: { state: 'due' } }, 'night-1');
    const second = await request({ filter: { state: 'due' } }, 'night-1');
    expect(second.body).toEqual(first.body);
    const all = await ask(api, 'GET', '/api/v1/batches', operator);
    expect((all.body as { batches: unknown[] }).batches).toHaveLength(1);
  });

  test('can select all failed Macs, or those of one cause, without Macs that are healthy again', async () => {
    await fleet(4);
    await begun({ filter: { state: 'due' } });
    await eventually(async () => expect(await api.queues.redistribute.count()).toBe(4));
    for (const id of ['1', '2', '3']) await becomes(id, 'needs-human');
    await api.save(mac('3', 300, api.now()));
    const failures = await ask(api, 'GET', '/api/v1/failures', operator);
    const [group] = (failures.body as { groups: { id: string }[] }).groups;
    for (const failed of ['all', group?.id]) {
      const dry = await request({ filter: { failed }, dryRun: true });
      expect(dry.body).toMatchObject({ accepted: 2, refused: 0 });
    }
    const none = await request({ filter: { failed: '000000000000' } });
    expect(none.status).toBe(409);
    const made = await begun({ filter: { failed: 'all' } });
    expect(await opened(made.id)).toMatchObject({ opened: 2 });
  });

  test('is also created for a list of more than 100 Macs', async () => {
    await fleet(101);
    const computers = Array.from({ length: 101 }, (_, index) => ({ serialNumber: `SERIAL${index + 1}` }));
    const made = await begun({ computers, most: 101 });
    expect(await opened(made.id)).toMatchObject({ opened: 101, filter: null });
  });

  test.each([
    ['neither list nor filter', {}],
    ['both', { computers: [{ id: '1' }], filter: { state: 'due' } }],
    ['an empty filter', { filter: {} }],
    ['failed beside others', { filter: { failed: 'all', state: 'due' } }],
    ['a number beyond all', { filter: { state: 'due' }, most: 20_001 }],
  ])('is refused for %s', async (_what, body) => {
    expect((await request(body)).status).toBe(400);
  });
});

describe('canceling a batch', () => {
  const stop = (id: string, more: Record<string, unknown> = {}) =>
    ask(api, 'POST', `/api/v1/batches/${id}/cancel`, {
      ...operator,
      body: { reason: 'the wrong ones, sorry', ...more },
    });

  test('cancels the open redistributions, and keeps the proven ones', async () => {
    await fleet(60);
    const made = await begun({ filter: { state: 'due' } });
    await opened(made.id);
    await becomes('1', 'verified');
    const { status, body } = await stop(made.id);
    expect(status).toBe(202);
    expect(body).toMatchObject({ cancelRequest: { by: 'oskar', opened: true } });
    await eventually(async () => expect((await batch(made.id)).state).toBe('cancelled'));
    const { redistributions } = await store().page('prod', { batch: made.id, limit: 100 });
    const asked = redistributions.filter(({ cancelRequest }) => cancelRequest !== null);
    expect(asked).toHaveLength(59);
    expect(asked[0]?.cancelRequest).toMatchObject({ by: 'oskar', reason: 'the wrong ones, sorry' });
    expect((await stop(made.id)).status).toBe(409);
  });

  test('can also only prevent further redistributions', async () => {
    await fleet(3);
    const made = await begun({ filter: { state: 'due' } });
    await opened(made.id);
    expect((await stop(made.id, { opened: false })).status).toBe(202);
    await eventually(async () => expect((await batch(made.id)).state).toBe('cancelled'));
    const { redistributions } = await store().page('prod', { batch: made.id });
    expect(redistributions.every(({ cancelRequest }) => cancelRequest === null)).toBe(true);
  });

  test('is not found for an unknown ID', async () => {
    expect((await stop('none')).status).toBe(404);
  });
});

test('a batch whose worker was killed is continued, and no redistribution is opened twice', async () => {
  await fleet(60);
  const key = keysUnder('recert');
  const batches = createBatchStore({ redis: api.redis, key });
  const ids = Array.from({ length: 60 }, (_, index) => String(index + 1));
  const made = {
    id: 'killed-in-the-middle',
    instance: 'prod',
    profile: null,
    by: 'oskar',
    reason,
    at: api.now(),
    filter: null,
    overrides: { hourlyCap: false, canary: false },
    total: 60,
    load: null,
    cancelRequest: null,
  };
  await batches.add(made, ids);
  const producers = createProducers(api.queues, { now: api.now });
  await producers.startBatch('prod', made.id);
  await opened(made.id);
  // The state after a kill between opening and recording: the Macs are on the list again.
  await becomes('1', 'needs-human');
  await api.redis.rpush(key('prod', 'batches', 'left', made.id), ...ids.slice(0, 50));
  await api.redis.sadd(key('prod', 'batches', 'open'), made.id);
  await eventually(async () => {
    await restartLostBatches({ batches, producers }, 'prod');
    expect(await batch(made.id)).toMatchObject({ state: 'opened', left: 0 });
  });
  const done = await batch(made.id);
  expect(done).toMatchObject({ opened: 60, refused: 0, byState: { due: 59, 'needs-human': 1 } });
});
