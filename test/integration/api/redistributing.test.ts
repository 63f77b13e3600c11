import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createRedistributionStore } from '../../../src/store/redistributions/redistributions.js';
import { ask, containing, DAY_MS, mac, matching, startApi, type TestApi, TOKENS } from './support.js';

const PATH = '/api/v1/redistributions';
const reason = 'locked out after board swap, INC-4711';
const operator = { token: TOKENS.operator };

interface Result {
  outcome: string;
  reason: string | null;
  sentence: string;
  redistributionId: string | null;
}

/** The whole content of Redis as text, to show that nothing changed. */
async function everything({ redis }: TestApi): Promise<string[]> {
  const keys = (await redis.keys('*')).sort();
  return Promise.all(keys.map(async (key) => `${key} ${(await redis.dumpBuffer(key)).toString('hex')}`));
}

async function auditOf(api: TestApi): Promise<Record<string, unknown>[]> {
  const { body } = await ask(api, 'GET', '/api/v1/audit', { token: TOKENS.viewer });
  return (body as { entries: Record<string, unknown>[] }).entries;
}

function resultsOf(body: unknown): Result[] {
  return (body as { results: Result[] }).results;
}

describe('a request for a redistribution', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await startApi();
  });
  afterEach(() => api.close());

  test('opens one for a healthy Mac, with a job and an audit log entry', async () => {
    const { status, body } = await ask(api, 'POST', PATH, {
      ...operator,
      body: { reason, computers: [{ serialNumber: 'serial1' }] },
    });
    expect(status).toBe(202);
    const [result] = resultsOf(body);
    expect(result).toMatchObject({ outcome: 'accepted', reason: null });
    const id = result?.redistributionId ?? '';
    expect(await api.queues.redistribute.getJobState(id)).toBe('waiting');
    const read = await ask(api, 'GET', `${PATH}/${id}`, { token: TOKENS.viewer });
    expect(read.body).toMatchObject({
      id,
      instance: 'prod',
      profile: 'okta',
      state: 'due',
      computer: { id: '1', serialNumber: 'SERIAL1', username: 'user1' },
      cause: { kind: 'manual', by: 'oskar', reason },
      before: { serialNumber: '0A1' },
      history: [{ from: null, to: 'due', why: `requested by oskar: ${reason}` }],
    });
    expect(await auditOf(api)).toMatchObject([
      {
        who: 'oskar',
        role: 'operator',
        via: 'token',
        action: 'redistribute',
        instance: 'prod',
        reason,
        computers: 1,
        subjects: ['SERIAL1'],
        outcome: 'done',
        result: containing(id),
      },
    ]);
    expect(api.told).toContainEqual({
      kind: 'api.acted',
      fields: { action: 'redistribute', who: 'oskar', instance: 'prod', computers: 1, outcome: 'done' },
    });
  });

  test.each([
    [{ id: '3' }, 'out-of-scope', /mac-3 is not in the scope of Okta blue\. Change the scope/],
    [{ id: '4' }, 'unmanaged', /mac-4 is not managed by Jamf Pro.*Re-enroll it/],
    [{ id: '99' }, 'unknown-computer', /run a sweep/],
    [{ serialNumber: 'NOBODY' }, 'unknown-computer', /run a sweep/],
  ])('for %o is refused: %s', async (computer, why, sentence) => {
    const { status, body } = await ask(api, 'POST', PATH, {
      ...operator,
      body: { reason, computers: [computer] },
    });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      type: 'urn:recert:problem:refused',
      detail: matching(sentence),
      results: [{ outcome: 'refused', reason: why, redistributionId: null }],
    });
    expect(await api.queues.redistribute.count()).toBe(0);
    expect(await auditOf(api)).toMatchObject([{ outcome: 'refused', result: matching(sentence) }]);
  });

  test('for a serial number with two Macs in use is refused with both IDs; the ID is accepted', async () => {
    const now = api.now();
    const dead = { lastContactAt: now - 400 * DAY_MS, reportedAt: now - 400 * DAY_MS, enrolledAt: null };
    const record = (id: string, serialNumber: string, more = {}) =>
      mac(id, 5, now, { serialNumber, ...more });
    await api.save(
      record('120', 'DUPE'),
      record('305', 'DUPE'),
      record('40', 'ONE', dead),
      record('50', 'ONE'),
    );
    const ofDupe = { ...operator, body: { reason, computers: [{ serialNumber: 'dupe' }] } };
    const { status, body } = await ask(api, 'POST', PATH, ofDupe);
    expect(status).toBe(409);
    expect(resultsOf(body)).toMatchObject([
      { reason: 'several-macs', sentence: matching(/ID 305 .*ID 120 /) },
    ]);
    expect(await api.queues.redistribute.count()).toBe(0);
    const computers = [{ id: '305' }, { serialNumber: 'ONE' }, { serialNumber: 'Not Available' }];
    const answer = await ask(api, 'POST', PATH, { ...operator, body: { reason, computers } });
    expect(answer.body).toMatchObject({
      results: [
        { computer: { id: '305' }, outcome: 'accepted' },
        { computer: { id: '50' }, outcome: 'accepted' },
        { outcome: 'refused', reason: 'placeholder', sentence: containing('not a serial number') },
      ],
    });
  });

  test('for several Macs accepts some and refuses others, each with a sentence', async () => {
    const computers = [{ id: '1' }, { id: '3' }, { serialNumber: 'SERIAL1' }];
    const { status, body } = await ask(api, 'POST', PATH, { ...operator, body: { reason, computers } });
    expect(status).toBe(202);
    expect(body).toMatchObject({ accepted: 1, refused: 2 });
    expect(resultsOf(body).map((result) => result.reason)).toEqual([null, 'out-of-scope', 'named-twice']);
  });

  test('opens one redistribution per Mac, even if many requests arrive at once', async () => {
    const request = { ...operator, body: { reason, computers: [{ id: '1' }] } };
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(api, 'POST', PATH, request)));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      202,
      ...Array.from({ length: 7 }, () => 409),
    ]);
    const { body } = await ask(api, 'GET', PATH, operator);
    expect((body as { redistributions: unknown[] }).redistributions).toHaveLength(1);
  });

  test('as a dry run gives the same result and changes nothing', async () => {
    const computers = [{ id: '1' }, { id: '3' }];
    await ask(api, 'GET', '/api/v1/overview', operator);
    const before = await everything(api);
    const dry = await ask(api, 'POST', PATH, { ...operator, body: { reason, computers, dryRun: true } });
    expect(dry.status).toBe(200);
    expect(await everything(api)).toEqual(before);
    const real = await ask(api, 'POST', PATH, { ...operator, body: { reason, computers } });
    const say = ({ body }: { body: unknown }) =>
      resultsOf(body).map(({ outcome, sentence }) => [outcome, sentence]);
    expect(say(real)).toEqual(say(dry));
    expect(resultsOf(dry.body).every(({ redistributionId }) => redistributionId === null)).toBe(true);
    expect(await everything(api)).not.toEqual(before);
  });

  test('with an idempotency key is executed once and has the same response again', async () => {
    const request = {
      ...operator,
      body: { reason, computers: [{ id: '1' }] },
      headers: { 'Idempotency-Key': 'night-1' },
    };
    const first = await ask(api, 'POST', PATH, request);
    const second = await ask(api, 'POST', PATH, request);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(await auditOf(api)).toHaveLength(1);

    const other = await ask(api, 'POST', PATH, { ...request, body: { reason, computers: [{ id: '2' }] } });
    expect(other.status).toBe(422);
    expect(other.body).toHaveProperty('detail', containing('Use a new key'));
    // Keys are separate for each user.
    const somebodyElse = await ask(api, 'POST', PATH, { ...request, token: TOKENS.admin });
    expect(somebodyElse.status).toBe(409);
    expect(somebodyElse.body).toHaveProperty('detail', containing('already open'));
  });

  test('that was refused is not stored under its key', async () => {
    const request = {
      ...operator,
      body: { reason, computers: [{ id: '3' }] },
      headers: { 'Idempotency-Key': 'night-2' },
    };
    expect((await ask(api, 'POST', PATH, request)).status).toBe(409);
    await api.save(mac('3', 5, api.now()));
    expect((await ask(api, 'POST', PATH, request)).status).toBe(202);
  });

  test.each([
    [{ computers: [{ id: '1' }] }, 'body.reason', 'is missing'],
    [{ reason: 'short', computers: [{ id: '1' }] }, 'body.reason', 'at least 8 characters'],
    [{ reason: '                  ', computers: [{ id: '1' }] }, 'body.reason', 'at least 8 characters'],
    [{ reason, computers: [] }, 'body.computers', ''],
    [{ reason, computers: [{ name: 'x' }] }, 'body.computers.0', 'either "id" or "serialNumber"'],
    [{ reason, computers: [{ id: '1' }], all: true }, 'body.all', 'unknown field'],
  ])('with %o is invalid', async (body, path, message) => {
    const answer = await ask(api, 'POST', PATH, { ...operator, body });
    expect(answer.status).toBe(400);
    const { errors, detail } = answer.body as { errors: { path: string; message: string }[]; detail: string };
    expect(errors).toContainEqual({ path, message: containing(message) });
    expect(detail).toContain(path);
  });

  test('with more Macs than the limit is invalid', async () => {
    const computers = Array.from({ length: 5_001 }, () => ({ id: '1' }));
    const answer = await ask(api, 'POST', PATH, { ...operator, body: { reason, computers } });
    expect(answer.status).toBe(400);
    expect(answer.body).toHaveProperty('detail', containing('list at most 5000 Macs'));
  });

  test('to cancel is stored once', async () => {
    const { body } = await ask(api, 'POST', PATH, {
      ...operator,
      body: { reason, computers: [{ id: '1' }] },
    });
    const id = resultsOf(body)[0]?.redistributionId ?? '';
    const cancel = () =>
      ask(api, 'POST', `${PATH}/${id}/cancel`, { ...operator, body: { reason: 'wrong Mac, sorry' } });
    const first = await cancel();
    expect(first.status).toBe(202);
    expect(first.body).toMatchObject({ id, cancelRequest: { by: 'oskar', reason: 'wrong Mac, sorry' } });
    const second = await cancel();
    expect(second.status).toBe(409);
    expect(second.body).toHaveProperty('detail', containing('oskar already requested the cancellation'));
    expect((await auditOf(api)).map(({ action, outcome }) => [action, outcome])).toEqual([
      ['cancel', 'refused'],
      ['cancel', 'done'],
      ['redistribute', 'done'],
    ]);
  });

  test('to cancel a completed redistribution is refused', async () => {
    const { body } = await ask(api, 'POST', PATH, {
      ...operator,
      body: { reason, computers: [{ id: '1' }] },
    });
    const id = resultsOf(body)[0]?.redistributionId ?? '';
    const store = createRedistributionStore({ redis: api.redis, key: keysUnder('recert') });
    const record = await store.read('prod', id);
    if (!record) throw new Error('it was not stored');
    await store.compareAndSet(record, { ...record, state: 'cancelled', closedAt: api.now() });
    const answer = await ask(api, 'POST', `${PATH}/${id}/cancel`, { ...operator, body: { reason } });
    expect(answer.status).toBe(409);
    expect(answer.body).toHaveProperty('detail', containing('already ended (cancelled)'));
    const nobody = await ask(api, 'POST', `${PATH}/nope/cancel`, { ...operator, body: { reason } });
    expect(nobody.status).toBe(404);
  });

  test('for the list filters by state and Mac, and returns pages', async () => {
    await api.save(mac('5', 9, api.now()), mac('6', 9, api.now()));
    const computers = ['1', '2', '5', '6'].map((id) => ({ id }));
    await ask(api, 'POST', PATH, { ...operator, body: { reason, computers } });
    const list = async (query: string) => {
      const { body } = await ask(api, 'GET', `${PATH}?${query}`, operator);
      return body as { redistributions: { computer: { id: string } }[]; next: string | null };
    };
    const ids: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page = await list(`limit=3${next ? `&cursor=${encodeURIComponent(next)}` : ''}`);
      ids.push(...page.redistributions.map(({ computer }) => computer.id));
      next = page.next;
    }
    expect(ids.sort()).toEqual(['1', '2', '5', '6']);
    expect((await list('state=due')).redistributions).toHaveLength(4);
    expect((await list('state=verified')).redistributions).toHaveLength(0);
    expect((await list('computerId=5')).redistributions).toMatchObject([{ computer: { id: '5' } }]);
    const bad = await ask(api, 'GET', `${PATH}?cursor=rubbish`, operator);
    expect(bad.status).toBe(400);
  });
});

test('a request in observe mode only creates a plan, and says so', async () => {
  const api = await startApi({ mode: 'observe' });
  try {
    const { status, body } = await ask(api, 'POST', PATH, {
      ...operator,
      body: { reason, computers: [{ id: '1' }] },
    });
    expect(status).toBe(202);
    expect(resultsOf(body)).toMatchObject([
      { outcome: 'planned', sentence: containing('nothing is written to Jamf Pro') },
    ]);
  } finally {
    await api.close();
  }
});
