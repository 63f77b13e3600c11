import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { redistributionKeys } from '../../../src/store/redistributions/keys.js';
import { DAY, START } from '../../support/redistribution/fixtures.js';
import { attempt, fresh, startStores, type Stores } from './environment.js';

let key: Stores['key'];
let redis: Stores['redis'];
let store: Stores['store'];
let replace: Stores['replace'];
let close: Stores['close'];

beforeAll(async () => {
  ({ key, redis, store, replace, close } = await startStores());
});
afterAll(() => close());
beforeEach(() => redis.flushall());

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
