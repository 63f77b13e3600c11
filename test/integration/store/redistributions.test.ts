import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newAttempt } from '../../../src/domain/redistribution/attempt.js';
import { openRedistribution } from '../../../src/domain/redistribution/open.js';
import type { Attempt, Redistribution } from '../../../src/domain/redistribution/record.js';
import { assess } from '../../../src/domain/assess.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createLimitStore, type LimitStore } from '../../../src/store/limits/limits.js';
import type { PermitRequest } from '../../../src/store/limits/permits.js';
import { connectRedis } from '../../../src/store/redis/redis.js';
import {
  createRedistributionStore,
  type RedistributionStore,
} from '../../../src/store/redistributions/redistributions.js';
import { redistributionKeys } from '../../../src/store/redistributions/keys.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { DAY, HOUR, knownOf, START, watchedOf } from '../../support/redistribution/fixtures.js';
import { attempted } from '../../unit/domain/redistribution/step-cases.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

let server: TestRedis;
let redis: ReturnType<typeof connectRedis>;
let store: RedistributionStore;
let limits: LimitStore;
const key = keysUnder('test');

beforeAll(async () => {
  server = await startTestRedis();
  redis = connectRedis({ url: server.url }, 'request', createTelemetry());
  store = createRedistributionStore({ redis, key });
  limits = createLimitStore({ redis, key, telemetry: createTelemetry() });
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});
beforeEach(() => redis.flushall());

function fresh(id: string, computerId = '1', openedAt = START): Redistribution {
  const computer = knownOf({ id: computerId });
  const watched = watchedOf();
  return openRedistribution({
    id,
    computer,
    watched,
    assessment: assess(computer, watched, openedAt),
    cause: { kind: 'due' },
    now: openedAt,
  });
}

function attempt(number: number, intentAt: number): Attempt {
  return newAttempt({
    number,
    mechanism: 'overlap',
    overlaps: true,
    direction: 'to-green',
    intentAt,
    triggeredAt: null,
    earlierCommands: [],
  });
}

async function replace(record: Redistribution, changes: Partial<Redistribution>): Promise<Redistribution> {
  const stored = await store.compareAndSet(record, { ...record, ...changes });
  if (stored === null) throw new Error('somebody was quicker');
  return stored;
}

describe('the open redistribution of a Mac and profile', () => {
  it('is opened by one of many concurrent callers', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, index) => store.open(fresh(`r-${index}`))));
    const opened = all.filter((one) => one.opened);
    expect(opened).toHaveLength(1);
    expect(new Set(all.map(({ record }) => record.id)).size).toBe(1);
    expect((await store.counts('prod')).open).toBe(1);
    expect(await redis.keys('*record*')).toHaveLength(1);
  });

  it('can be opened again by the same call, such as after a broken connection', async () => {
    const record = fresh('r-1');
    expect((await store.open(record)).opened).toBe(true);
    expect(await store.open(record)).toEqual({ opened: true, record });
  });

  it('must be closed before the next one is opened', async () => {
    const { record } = await store.open(fresh('r-1'));
    const proven = await replace(record, { state: 'verified', since: START + 1 });
    expect((await store.open(fresh('r-2'))).opened).toBe(false);
    await replace(proven, { closedAt: START + 2 });
    expect(await store.openFor('prod', 'okta', '1')).toBeNull();
    expect((await store.open(fresh('r-2', '1', START + 3))).opened).toBe(true);
    expect((await store.lastFor('prod', 'okta', '1'))?.id).toBe('r-2');
  });

  it('does not prevent another one when its record is lost', async () => {
    await store.open(fresh('r-1'));
    await redis.del(...(await redis.keys('*record*')));
    expect((await store.open(fresh('r-2'))).opened).toBe(true);
  });

  it('is separate for each Mac', async () => {
    await store.open(fresh('r-1', '1'));
    expect((await store.open(fresh('r-2', '2'))).opened).toBe(true);
  });
});

describe('a redistribution record', () => {
  it('is changed by one of many callers that read the same version', async () => {
    const { record } = await store.open(fresh('r-1'));
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, index) => store.compareAndSet(record, { ...record, plan: `${index}` })),
    );
    expect(all.filter((one) => one !== null)).toHaveLength(1);
    expect((await store.read('prod', 'r-1'))?.version).toBe(2);
  });

  it('can be stored again by the same call, such as after a broken connection', async () => {
    const { record } = await store.open(fresh('r-1'));
    const next = { ...record, plan: 'another' };
    const first = await store.compareAndSet(record, next);
    expect(await store.compareAndSet(record, next)).toEqual(first);
    expect(first?.version).toBe(2);
  });

  it('is listed in its state only', async () => {
    const { record } = await store.open(fresh('r-1'));
    await replace(record, { state: 'eligible', since: START + 5 });
    const { byState } = await store.counts('prod');
    expect(byState).toMatchObject({ due: 0, eligible: 1 });
    expect((await store.page('prod', { state: 'eligible' })).redistributions.map(({ id }) => id)).toEqual([
      'r-1',
    ]);
    expect((await store.page('prod', { state: 'due' })).redistributions).toEqual([]);
  });

  it('is listed newest first, in pages that new records do not shift', async () => {
    for (let index = 0; index < 7; index += 1)
      await store.open(fresh(`r-${index}`, `${index}`, START + index));
    const first = await store.page('prod', { limit: 3 });
    expect(first.redistributions.map(({ id }) => id)).toEqual(['r-6', 'r-5', 'r-4']);
    await store.open(fresh('r-7', '7', START + 7));
    const second = await store.page('prod', { limit: 3, cursor: first.cursor ?? '' });
    expect(second.redistributions.map(({ id }) => id)).toEqual(['r-3', 'r-2', 'r-1']);
    const third = await store.page('prod', { limit: 3, cursor: second.cursor ?? '' });
    expect(third).toMatchObject({ cursor: null });
    expect(third.redistributions.map(({ id }) => id)).toEqual(['r-0']);
    await expect(store.page('prod', { cursor: 'nonsense' })).rejects.toThrow(RangeError);
  });

  it('is listed for another profile only on request', async () => {
    await store.open(fresh('r-1', '1'));
    await store.open({ ...fresh('r-2', '2'), profile: 'wifi' });
    const { redistributions } = await store.page('prod', { profile: 'wifi' });
    expect(redistributions.map(({ id }) => id)).toEqual(['r-2']);
  });

  it('is deleted some time after it was closed, with all index entries', async () => {
    const { record } = await store.open(fresh('r-1'));
    await store.open(fresh('r-2', '2'));
    await replace(record, { state: 'verified', closedAt: START });
    expect(await store.prune('prod', START, 10)).toBe(0);
    expect(await store.prune('prod', START + 1, 10)).toBe(1);
    expect(await store.read('prod', 'r-1')).toBeNull();
    expect((await store.page('prod')).redistributions.map(({ id }) => id)).toEqual(['r-2']);
    expect((await store.counts('prod')).byState.verified).toBe(0);
  });
});

describe('the index of redistributions that need attention', () => {
  const failed = { state: 'needs-human' as const, closedAt: START };
  const offline = { state: 'blocked' as const, blocked: { reason: 'offline' as const, text: 'not seen' } };
  const seen = async () => ({
    failing: (await store.failing('prod')).failing.map(({ id }) => id).sort(),
    blocked: await store.blockedFor('prod', 'offline').then((one) => [one?.count, one?.oldest?.id]),
  });

  beforeEach(async () => {
    await replace((await store.open(fresh('r-1', '1'))).record, failed);
    await store.open(fresh('r-1-again', '1', START + 1));
    await replace((await store.open(fresh('r-2', '2'))).record, failed);
    await replace((await store.open(fresh('r-3', '3'))).record, { ...offline, since: START + 5 });
    await replace((await store.open(fresh('r-4', '4'))).record, offline);
  });

  it('contains failed ones that are the latest of their Mac, and blocked ones by reason', async () => {
    expect(await seen()).toEqual({ failing: ['r-2'], blocked: [2, 'r-4'] });
    const { redistributions } = await store.page('prod', { reason: 'offline' });
    expect(redistributions.map(({ id }) => id)).toEqual(['r-3', 'r-4']);
    const [blocked] = redistributions;
    if (blocked) await replace(blocked, { state: 'eligible', blocked: null });
    expect((await seen()).blocked).toEqual([1, 'r-4']);
  });

  it('does not contain deleted ones', async () => {
    expect(await store.prune('prod', START + 1, 10)).toBe(2);
    expect((await seen()).failing).toEqual([]);
  });

  it('is created once for records from before the index', async () => {
    const keys = redistributionKeys(key, 'prod');
    await redis.del(keys.failing, keys.blocked('offline'));
    expect(await seen()).toEqual({ failing: [], blocked: [undefined, undefined] });
    await store.reindexOnce('prod');
    expect(await seen()).toEqual({ failing: ['r-2'], blocked: [2, 'r-4'] });
    await redis.del(keys.failing);
    await store.reindexOnce('prod');
    expect((await seen()).failing).toEqual([]);
  });
});

describe('the number of attempts', () => {
  it('includes all redistributions of a Mac, each attempt once', async () => {
    const { record } = await store.open(fresh('r-1'));
    const once = await replace(record, { attempts: [attempt(1, START)] });
    const twice = await replace(once, { plan: 'stored again' });
    await replace(twice, { attempts: [attempt(1, START), attempt(2, START + DAY)], closedAt: START + DAY });
    const { record: next } = await store.open(fresh('r-2'));
    await replace(next, { attempts: [attempt(1, START + 2 * DAY)] });
    const count = (since: number, except?: { redistributionId: string; attempt: number }) =>
      store.attemptsSince('prod', 'okta', '1', { since, ...(except && { except }) });
    expect(await count(START)).toBe(3);
    expect(await count(START + 1)).toBe(2);
    expect(await count(START, { redistributionId: 'r-2', attempt: 1 })).toBe(2);
    expect(await store.attemptsSince('prod', 'okta', '2', { since: 0 })).toBe(0);
  });

  it('does not include an attempt that failed for a cause that concerns all Macs', async () => {
    const { record } = await store.open(fresh('r-1'));
    const started = await replace(record, { attempts: [attempt(1, START)] });
    const uncharged = {
      ...attempt(1, START),
      outcome: 'error' as const,
      uncharged: 'wrong-challenge' as const,
    };
    const failed = await replace(started, { attempts: [uncharged] });
    await replace(failed, { plan: 'stored again' });
    expect(await store.attemptsSince('prod', 'okta', '1', { since: 0 })).toBe(0);
  });
});

describe('a signal', () => {
  it('is consumed once, and is visible until then', async () => {
    await store.signal('prod', 'r-1');
    expect(await store.hasSignal('prod', 'r-1')).toBe(true);
    expect(await store.consumeSignal('prod', 'r-1')).toBe(true);
    expect(await store.consumeSignal('prod', 'r-1')).toBe(false);
  });
});

describe('the limits over all workers', () => {
  const caps = { hourly: 3, inFlight: 100 };
  const asking = (id: string, number: number, now: number, changes: Partial<PermitRequest> = {}) => ({
    redistributionId: id,
    attempt: number,
    caps,
    now,
    overHourlyCap: false,
    overCanary: false,
    rails: {
      breaker: { inARow: 3, sameError: 3, share: 0.2, of: 20 },
      canary: [],
      holdMs: HOUR / 2,
      failingMs: 60_000,
    },
    rank: 1_000,
    keptMs: 60_000,
    ...changes,
  });
  const take = (id: string, number: number, now: number, changes: Partial<PermitRequest> = {}) =>
    limits.takePermit('prod', 'okta', asking(id, number, now, changes));
  const look = (id: string, now: number, changes: Partial<PermitRequest> = {}) =>
    limits.look('prod', 'okta', asking(id, 1, now, changes));

  it('grant at most the allowed permits per hour to any number of concurrent callers', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, index) => take(`r-${index}`, 1, START)));
    expect(all.filter(({ granted }) => granted)).toHaveLength(3);
    expect(await look('other', START)).toMatchObject({
      turn: false,
      hourly: { used: 3, cap: 3, freeAt: START + HOUR },
      inFlight: { used: 3, cap: 100 },
    });
    expect(await look('other', START + HOUR)).toMatchObject({ turn: true, hourly: { used: 0 } });
  });

  it('grant the same permit to the same attempt, and another to the next', async () => {
    for (let time = 0; time < 5; time += 1)
      expect(await take('r-1', 1, START + time)).toEqual({ granted: true });
    expect((await look('other', START)).hourly.used).toBe(1);
    await take('r-1', 2, START + 10);
    expect((await look('other', START)).hourly.used).toBe(2);
  });

  it('spread the attempts over a minute, and respect the limit of the CA while commands are pending', async () => {
    const caps = { hourly: 10, perMinute: 2, inFlight: 100, ca: 3 };
    for (const id of ['r-1', 'r-2']) expect((await take(id, 1, START, { caps })).granted).toBe(true);
    expect(await take('r-3', 1, START, { caps })).toMatchObject({
      room: { hourly: { used: 2, cap: 10, freeAt: START + 60_000 } },
    });
    expect((await take('r-3', 1, START + 60_000, { caps })).granted).toBe(true);
    expect(await take('r-4', 1, START + 120_000, { caps })).toMatchObject({
      room: { hourly: { used: 3, cap: 3, freeAt: START + HOUR } },
    });
  });

  it('return the time of the next free permit', async () => {
    await take('r-1', 1, START);
    await take('r-2', 1, START + 1_000);
    await take('r-3', 1, START + 2_000);
    const refused = await take('r-4', 1, START + 3_000);
    expect(refused).toMatchObject({ granted: false, room: { hourly: { freeAt: START + HOUR } } });
    const tighter = await look('r-4', START + 3_000, { caps: { hourly: 1, inFlight: 100 } });
    expect(tighter.hourly.freeAt).toBe(START + 2_000 + HOUR);
  });

  it('keep a permit until an hour after the Mac executed its command, and release that of a lost Mac', async () => {
    const one = { caps: { hourly: 1, inFlight: 100 } };
    const { record } = await store.open(fresh('r-1'));
    await take('r-1', 1, START, one);
    const pushed = await replace(record, { state: 'pushed', attempts: [attempted] });
    const late = START + 50 * HOUR;
    expect(await look('r-2', late, one)).toMatchObject({
      turn: false,
      hourly: { used: 1, freeAt: late + HOUR },
    });
    const silent = await replace(pushed, { state: 'blocked' });
    expect((await look('r-2', late, one)).turn).toBe(false);
    const offline = await replace(silent, { attempts: [{ ...attempted, releasedAt: late }] });
    expect(await look('r-2', late, one)).toMatchObject({ turn: true, hourly: { used: 0 } });
    const back = await replace(offline, { state: 'pushed', attempts: [attempted] });
    expect((await look('r-2', late, one)).turn).toBe(false);
    const command = {
      uuid: 'c',
      state: 'ACKNOWLEDGED' as const,
      sentAt: START,
      completedAt: late,
      error: '',
    };
    await replace(back, { state: 'verifying', attempts: [{ ...attempted, command }] });
    expect(await look('r-2', late, one)).toMatchObject({ turn: false, hourly: { freeAt: late + HOUR } });
    expect((await look('r-2', late + HOUR, one)).turn).toBe(true);
  });

  it('release the permit of a trigger that never reached Jamf Pro', async () => {
    const one = { caps: { hourly: 1, inFlight: 100 } };
    const { record } = await store.open(fresh('r-1'));
    await take('r-1', 1, START, one);
    const change = { group: 'joinGreen' as const, op: 'add' as const };
    const intent = { purpose: 'trigger' as const, change, at: START, calls: 1, calledAt: START };
    const begun = { ...attempted, intentAt: START, triggeredAt: null, command: null };
    const intended = await replace(record, { state: 'eligible', intent, attempts: [begun] });
    expect((await look('r-2', START + 5 * HOUR, one)).turn).toBe(false);
    await replace(intended, { intent: null, attempts: [] });
    expect((await look('r-2', START + 5 * HOUR, one)).turn).toBe(true);
  });

  it('allow an operator to exceed the rate limit, and count it', async () => {
    for (const id of ['r-1', 'r-2', 'r-3']) await take(id, 1, START);
    expect(await take('r-4', 1, START, { overHourlyCap: true })).toEqual({ granted: true });
    expect((await look('other', START)).hourly.used).toBe(4);
  });

  it('count redistributions in the states that are in progress, and no others', async () => {
    const one = { hourly: 50, inFlight: 1 };
    const { record } = await store.open(fresh('r-1'));
    expect(await take('r-1', 1, START, { caps: one })).toEqual({ granted: true });
    expect((await take('r-2', 1, START, { caps: one })).granted).toBe(false);
    // Its own slot does not block it.
    expect((await take('r-1', 1, START, { caps: one })).granted).toBe(true);
    const pushed = await replace(record, { state: 'pushed' });
    expect((await take('r-2', 1, START, { caps: one })).granted).toBe(false);
    await replace(pushed, { state: 'blocked' });
    expect((await take('r-2', 1, START, { caps: one })).granted).toBe(true);
  });

  it('prefer earlier expiry dates, and wake each waiting redistribution in its turn', async () => {
    await take('r-1', 1, START);
    await take('r-2', 1, START + 1_000);
    await take('r-3', 1, START + 2_000);
    expect(await look('late', START + 3_000, { rank: 30 })).toMatchObject({ ahead: 0, turn: false });
    expect(await look('early', START + 3_000, { rank: 10 })).toMatchObject({ ahead: 0 });
    const last = await look('late', START + 3_000, { rank: 30 });
    expect(last).toMatchObject({ ahead: 1, hourly: { freeAt: START + 1_000 + HOUR } });
    const oneFree = START + HOUR;
    expect((await take('late', 1, oneFree, { rank: 30 })).granted).toBe(false);
    expect((await take('newcomer', 1, oneFree, { rank: 20 })).granted).toBe(false);
    expect((await take('early', 1, oneFree, { rank: 10 })).granted).toBe(true);
  });

  it('do not wait for a redistribution that never returns', async () => {
    const one = { hourly: 50, inFlight: 1 };
    await take('r-1', 1, START, { caps: one });
    await look('gone', START, { caps: one, rank: 10 });
    await redis.del(redistributionKeys(key, 'prod').inFlight('okta'));
    expect((await take('r-2', 1, START + 1_000, { caps: one })).granted).toBe(false);
    expect((await take('r-2', 1, START + 60_001, { caps: one })).granted).toBe(true);
  });

  it('keep no slot for a redistribution that now waits for something else', async () => {
    const one = { hourly: 50, inFlight: 1 };
    const { record } = await store.open(fresh('r-1'));
    const other = await store.open(fresh('r-2', '2'));
    await take('r-2', 1, START, { caps: one });
    await replace(other.record, { state: 'pushed' });
    await look('r-1', START, { caps: one, rank: 10 });
    const capped = await replace(record, {
      state: 'blocked',
      blocked: { reason: 'in-flight-cap', text: '' },
    });
    expect(await look('r-3', START, { caps: one, rank: 20 })).toMatchObject({ ahead: 1 });
    await replace(capped, { blocked: { reason: 'offline', text: '' } });
    expect(await look('r-3', START, { caps: one, rank: 20 })).toMatchObject({ ahead: 0 });
  });
});
