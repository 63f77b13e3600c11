import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/load.js';
import { assess } from '../../../src/domain/assess.js';
import type { Incident } from '../../../src/domain/incidents/incident.js';
import { openRedistribution } from '../../../src/domain/redistribution/open.js';
import type { AuditReport } from '../../../src/domain/audit/report.js';
import type { Redistribution } from '../../../src/domain/redistribution/record.js';
import { eventsKey } from '../../../src/store/admission/event-log.js';
import { openStores, type Stores } from '../../../src/store/open-stores.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { DAY, START, computerOf, knownOf, watchedOf } from '../../support/redistribution/fixtures.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { configText } from '../webhooks/environment.js';

const key = keysUnder('test');
const watched = watchedOf();

let server: TestRedis;
let redis: Redis;
let stores: Stores;
let reported: { what: string; record: string; error: string }[];
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
beforeEach(async () => {
  await redis.flushall();
  reported = [];
  const telemetry = createTelemetry((kind, fields) => {
    if (kind === 'store.unreadable') reported.push(fields as (typeof reported)[number]);
  });
  const config = parseConfig(configText(server.url), { source: 'test', environment: process.env });
  stores = openStores({ redis, config, telemetry, now: () => START });
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

/** Where a record is stored: a text, or a field of a hash. */
type StoredField = readonly [name: string, field?: string];

async function readField([name, field]: StoredField): Promise<Buffer> {
  const found = field === undefined ? await redis.getBuffer(name) : await redis.hgetBuffer(name, field);
  if (found === null) throw new Error(`nothing is stored in ${name} ${field ?? ''}`);
  return found;
}

async function writeField([name, field]: StoredField, value: Buffer): Promise<void> {
  await (field === undefined ? redis.set(name, value) : redis.hset(name, field, value));
}

const opened = (computerId: string): Redistribution =>
  openRedistribution({
    id: `r-${computerId}`,
    computer: knownOf({ id: computerId }),
    watched,
    assessment: assess(knownOf({ id: computerId }), watched, START),
    cause: { kind: 'due' },
    now: START + Number(computerId),
  });
async function failed(id: string): Promise<void> {
  const record = opened(id);
  await stores.redistributions.open(record);
  await stores.redistributions.compareAndSet(record, { ...record, state: 'needs-human', closedAt: null });
}
const incident = (id: string): Incident & { channels: string[] } => ({
  key: `expired/prod/${id}`,
  kind: 'redis-away',
  severity: 'critical',
  instance: null,
  title: id,
  text: '',
  path: '/',
  channels: [],
});
const report = (id: string): AuditReport => ({
  id,
  title: id,
  profile: '',
  half: null,
  auditedAt: START,
  settings: [],
  field: null,
  unseen: [],
});
const intent = {
  who: 'ada',
  role: 'admin',
  via: 'token',
  action: 'pause',
  instance: null,
  reason: '',
} as const;
const lease = (id: string) => ({
  profile: 'okta',
  computerId: id,
  groupId: '73',
  at: START,
  dueAt: START,
  returningSince: null,
});
const batch = (id: string) => ({
  id,
  instance: 'prod',
  profile: null,
  by: 'ada',
  reason: '',
  at: START,
  filter: null,
  overrides: { hourlyCap: false, canary: false },
  total: 0,
  load: null,
  cancelRequest: null,
});
const auditIds: Record<string, string> = {};
const redistributionPlace = (id: string): StoredField => [
  key('prod', 'redistributions', 'record', `r-${id}`),
];

/** Each collection: how a record is stored, its key, and the list that shows it. */
const collections: Record<
  string,
  {
    add: (id: string) => Promise<unknown>;
    at: (id: string) => StoredField | Promise<StoredField>;
    list: () => Promise<string[]>;
  }
> = {
  redistribution: {
    add: (id) => stores.redistributions.open(opened(id)),
    at: redistributionPlace,
    list: async () =>
      (await stores.redistributions.page('prod')).redistributions
        .map(({ computerId }) => computerId)
        .toReversed(),
  },
  'redistribution of one of several Macs': {
    add: (id) => stores.redistributions.open(opened(id)),
    at: redistributionPlace,
    list: async () => [...(await stores.redistributions.openForMany('prod', 'okta', ['1', '2', '3'])).keys()],
  },
  'failed redistribution': {
    add: failed,
    at: (id) => [key('prod', 'redistributions', 'failing'), `okta/${id}`],
    list: async () =>
      (await stores.redistributions.failing('prod')).failing.map(({ computerId }) => computerId).toSorted(),
  },
  lease: {
    add: (id) => stores.leases.noteFound('prod', lease(id)),
    at: (id) => [key('prod', 'redistributions', 'leases'), `found/73/${id}`],
    list: async () => (await stores.leases.all('prod')).map(({ computerId }) => computerId).toSorted(),
  },
  batch: {
    add: (id) => stores.batches.add({ ...batch(id), at: START + Number(id) }, []),
    at: (id) => [key('prod', 'batches', 'record', id)],
    list: async () =>
      (await stores.batches.page('prod', { cursor: undefined, limit: 9 })).batches
        .map(({ id }) => id)
        .toReversed(),
  },
  incident: {
    async add(id) {
      const turn = (await stores.incidents.takeReceiversTurn(1_000)) ?? '';
      await stores.incidents.openAlone(turn, incident(id), { now: START, everyMs: 1 });
      await redis.del(key('incidents', 'receivers-turn'));
    },
    async at(id) {
      return [
        key('incidents', 'records'),
        (await redis.hget(key('incidents', 'open'), `expired/prod/${id}`)) ?? '',
      ];
    },
    list: async () => (await stores.incidents.remember()).records.map((one) => one.incident.title).toSorted(),
  },
  'audit log entry': {
    async add(id) {
      auditIds[id] = (await stores.audit.begin({ ...intent, computers: 0, subjects: [id] })).id;
    },
    at: (id) => [key('audit', 'entries'), auditIds[id]],
    list: async () =>
      (await stores.audit.page({ limit: 9 })).entries.flatMap(({ subjects }) => subjects).toReversed(),
  },
  'API token': {
    add: (id) =>
      stores.issuedTokens.add({
        name: id,
        role: 'viewer',
        instances: null,
        sha256: id,
        expires: '2027-01-01',
        createdAt: START,
        createdBy: 'ada',
      }),
    at: (id) => [key('tokens'), id],
    list: async () => (await stores.issuedTokens.all()).map(({ name }) => name).toSorted(),
  },
  'profile check report': {
    add: (id) => stores.profileAudits.save('prod', report(id)),
    at: (id) => [key('prod', 'profile-audits'), id],
    list: async () => (await stores.profileAudits.all('prod')).map(({ id }) => id).toSorted(),
  },
  computer: {
    add: (id) => stores.computers.save('prod', [computerOf({ id })], { watched: [watched], now: START }),
    at: (id) => [key('prod', 'computers'), id],
    list: async () => (await stores.computers.list('prod')).computers.map(({ id }) => id).toSorted(),
  },
};

const json = (change: (text: string) => string) => (stored: Buffer, collection: string) =>
  collection === 'computer' ? null : Buffer.from(change(stored.toString()));
/** Changes that make a record unreadable. `null`: not for this collection. */
const damages: Record<string, (stored: Buffer, collection: string) => Buffer | null> = {
  'a newer version': (stored, collection) =>
    collection === 'computer'
      ? Buffer.concat([Buffer.from([255]), stored.subarray(1)])
      : Buffer.from(stored.toString().replace('"v":1', '"v":2')),
  'an incomplete record': (stored) => stored.subarray(0, stored.length - 3),
  'another content': json((text) => text.replace(/\{.*\}/s, '{"v":1,"other":true}')),
};

describe.each(Object.keys(collections))('%s', (name) => {
  const collection = collections[name];
  if (!collection) throw new Error(`no collection ${name}`);

  test.each(Object.keys(damages))('%s is skipped, named once, and stays stored', async (damage) => {
    for (const id of ['1', '2', '3']) await collection.add(id);
    expect(await collection.list()).toEqual(['1', '2', '3']);
    const at = await collection.at('2');
    const damaged = damages[damage]?.(await readField(at), name) ?? null;
    if (damaged === null) return;
    await writeField(at, damaged);
    expect(await collection.list()).toEqual(['1', '3']);
    expect(await collection.list()).toEqual(['1', '3']);
    expect(reported).toHaveLength(1);
    expect(reported[0]?.error).toContain('cannot be read');
    expect(reported[0]?.error.includes('upgrade this process')).toBe(damage === 'a newer version');
    expect(await readField(at)).toEqual(damaged);
  });
});

test('an event that cannot be read is skipped', async () => {
  const append = (...fields: string[]) => redis.xadd(eventsKey(key, 'prod'), '*', ...fields);
  await append('event', 'ComputerAdded', 'outcome', 'hint');
  const spoilt = await append('outcome', 'hint');
  expect(await stores.events.page('prod', { limit: 9 })).toHaveLength(1);
  expect(reported.map(({ record }) => record)).toEqual([spoilt]);
});

describe('a stop that cannot be read still stops writes', () => {
  test('a pause', async () => {
    await redis.set(key('prod', 'pause'), '{"v":9}');
    expect(await stores.limits.paused('prod')).toMatchObject({ by: 'unknown' });
    expect(reported).toMatchObject([{ what: 'pause', record: 'prod' }]);
    expect(await stores.limits.resume('prod')).not.toBeNull();
    expect(await stores.limits.paused('prod')).toBeNull();
  });

  test('an open circuit breaker', async () => {
    await redis.hset(key('prod', 'redistributions', 'tally', 'okta'), 'trip', '{');
    const policy = watched.policy;
    const limits = { breaker: policy.breaker, canary: policy.canary, holdMs: 0, failingMs: 0 };
    expect((await stores.limits.safetyLimits('prod', 'okta', limits, START)).breaker).not.toBeNull();
    expect(await stores.limits.closeBreaker('prod', 'okta', START)).not.toBeNull();
    expect((await stores.limits.safetyLimits('prod', 'okta', limits, START)).breaker).toBeNull();
  });

  test('a request to cancel a batch', async () => {
    await stores.batches.add(batch('1'), []);
    await redis.set(key('prod', 'batches', 'cancelled', '1'), '{"v":9}');
    expect((await stores.batches.get('prod', '1'))?.cancelRequest).not.toBeNull();
  });

  test('an open redistribution: no second one is opened for its Mac', async () => {
    await stores.redistributions.open(opened('1'));
    await redis.set(redistributionPlace('1')[0], '1\n{');
    await expect(stores.redistributions.open({ ...opened('1'), id: 'r-other' })).rejects.toThrow(
      'redistribution r-1',
    );
    expect(await redis.hget(key('prod', 'redistributions', 'open'), 'okta/1')).toBe('r-1');
  });
});

describe('the record of a Mac', () => {
  const context = { watched: [watched], now: START + DAY };

  test('of a newer version is not replaced by an older process', async () => {
    const [place, field] = [key('prod', 'computers'), '1'];
    await stores.computers.save('prod', [computerOf({ id: '1' })], context);
    await redis.hset(place, field, Buffer.from([255, 1, 2]));
    expect(
      await stores.computers.save('prod', [computerOf({ id: '1' }), computerOf({ id: '2' })], context),
    ).toHaveLength(1);
    expect(await redis.hgetBuffer(place, field)).toEqual(Buffer.from([255, 1, 2]));
  });

  test('that is damaged is replaced by the next inventory', async () => {
    const stored = key('prod', 'computers');
    await stores.computers.save('prod', [computerOf({ id: '1' })], context);
    const whole = await redis.hgetBuffer(stored, '1');
    await redis.hset(stored, '1', whole?.subarray(0, 9) ?? '');
    expect(await stores.computers.get('prod', '1')).toBeNull();
    await stores.computers.save('prod', [computerOf({ id: '1' })], context);
    expect(await redis.hgetBuffer(stored, '1')).toEqual(whole);
  });
});

test('an unreadable redistribution is deleted only when its retention has ended', async () => {
  for (const id of ['1', '2']) {
    const record = opened(id);
    await stores.redistributions.open(record);
    await stores.redistributions.compareAndSet(record, { ...record, state: 'cancelled', closedAt: START });
  }
  const [name] = redistributionPlace('1');
  await redis.set(name, '2\n{');
  expect(await stores.redistributions.prune('prod', START, 9)).toBe(0);
  expect(await redis.get(name)).toBe('2\n{');
  expect(await stores.redistributions.prune('prod', START + 1, 9)).toBe(2);
  expect(await redis.keys('*record*')).toEqual([]);
  expect((await stores.redistributions.counts('prod')).byState.cancelled).toBe(0);
});
