import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PermitRequest } from '../../../src/store/limits/permits.js';
import { redistributionKeys } from '../../../src/store/redistributions/keys.js';
import { HOUR, START } from '../../support/redistribution/fixtures.js';
import { attempted } from '../../unit/domain/redistribution/step-cases.js';
import { fresh, startStores, type Stores } from './environment.js';

let key: Stores['key'];
let redis: Stores['redis'];
let store: Stores['store'];
let limits: Stores['limits'];
let replace: Stores['replace'];
let close: Stores['close'];

beforeAll(async () => {
  ({ key, redis, store, limits, replace, close } = await startStores());
});
afterAll(() => close());
beforeEach(() => redis.flushall());

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
