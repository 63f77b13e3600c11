import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Attempt, Redistribution } from '../../../src/domain/redistribution/record.js';
import { createAdmit } from '../../../src/store/admission/admission.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createLimitStore, type LimitStore } from '../../../src/store/limits/limits.js';
import type { PermitRequest } from '../../../src/store/limits/permits.js';
import { createTelemetry, type Listener } from '../../../src/telemetry/bus.js';
import {
  createRedistributionStore,
  type RedistributionStore,
} from '../../../src/store/redistributions/redistributions.js';
import { HOUR, MINUTE, START } from '../../support/redistribution/fixtures.js';
import { attempted } from '../../unit/domain/redistribution/step-cases.js';
import { recordOf } from '../../support/redistribution/records.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

let server: TestRedis;
let redis: Redis;
let told: string[];
const tell: Listener = (kind, fields) => {
  if (kind === 'redistribution.breaker-opened' && 'reason' in fields) told.push(fields.reason);
};
let limits: LimitStore;
let store: RedistributionStore;
const rails = {
  breaker: { inARow: 3, sameError: 3, share: 0.2, of: 20 },
  canary: [1, 5],
  holdMs: 30 * MINUTE,
  failingMs: 5 * MINUTE,
};

beforeAll(async () => {
  server = await startTestRedis();
});
beforeEach(async () => {
  redis = new Redis(server.url);
  await redis.flushall();
  const key = keysUnder('test');
  told = [];
  limits = createLimitStore({ redis, key, telemetry: createTelemetry(tell) });
  store = createRedistributionStore({ redis, key });
});
afterEach(() => redis.disconnect());
afterAll(() => server.close());

const request = (id: string, changes: Partial<PermitRequest> = {}): PermitRequest => ({
  redistributionId: id,
  attempt: 1,
  caps: { hourly: 1_000, inFlight: 100 },
  now: START,
  overHourlyCap: false,
  overCanary: false,
  rails,
  rank: 1_000,
  keptMs: MINUTE,
  ...changes,
});
const take = (id: string, changes?: Partial<PermitRequest>) =>
  limits.takePermit('prod', 'okta', request(id, changes));

/** A redistribution whose first attempt is in progress. */
async function begun(id: string, attempt: Partial<Attempt> = {}): Promise<Redistribution> {
  const { record } = await store.open(recordOf(id, id));
  const pushed = await store.compareAndSet(record, {
    ...record,
    state: 'pushed',
    attempts: [{ ...attempted, canary: true, ...attempt }],
  });
  if (pushed === null) throw new Error('not stored');
  return pushed;
}

async function ended(
  record: Redistribution,
  outcome: 'verified' | 'error' | 'unproven',
  error = '',
): Promise<void> {
  const [attempt] = record.attempts;
  if (attempt === undefined) throw new Error('no attempt');
  await store.compareAndSet(record, {
    ...record,
    state: outcome === 'verified' ? 'verified' : 'retry',
    attempts: [{ ...attempt, outcome, error }],
    proof:
      outcome === 'verified'
        ? { serialNumber: 'NEW', expiresAt: START, issuedAt: START, reportedAt: START, credit: 'recert' }
        : null,
  });
}

async function grants(ids: readonly string[]): Promise<number> {
  const all = await Promise.all(ids.map((id) => take(id)));
  return all.filter(({ granted }) => granted).length;
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);

describe('the canary', () => {
  it('removes a success when the verified certificate is lost, so that its wave is incomplete again', async () => {
    const record = await begun('a');
    const settlement = { kind: 'finish' as const, dueAt: START + HOUR, doneAt: null, outcome: null };
    const proof = {
      serialNumber: 'NEW',
      expiresAt: START + HOUR,
      issuedAt: START,
      reportedAt: START,
      credit: 'recert' as const,
    };
    const verified = await store.compareAndSet(record, { ...record, state: 'verified', proof, settlement });
    if (verified === null) throw new Error('not stored');
    expect((await limits.safetyLimits('prod', 'okta', rails, START)).canary).toMatchObject({
      wave: 2,
      verified: 1,
    });
    const lost = { ...settlement, outcome: 'left' as const, doneAt: START, lostAt: START };
    expect(await store.compareAndSet(verified, { ...verified, settlement: lost })).not.toBeNull();
    const { canary, breaker } = await limits.safetyLimits('prod', 'okta', rails, START);
    expect(canary).toEqual({ wave: 1, verified: 0, limit: 1 });
    expect(breaker).toBeNull();
  });

  it('allows one redistribution, five when it is verified, then all', async () => {
    expect(await grants(ids(30))).toBe(1);
    expect(await take('later')).toMatchObject({ granted: false, room: { canary: { used: 1, limit: 1 } } });
    await redis.flushall();
    expect(await take('a')).toMatchObject({ granted: true });
    await ended(await begun('a'), 'verified');
    expect(await grants(ids(30))).toBe(5);
    await redis.flushall();
    for (const id of ids(6)) await ended(await begun(id), 'verified');
    expect(await grants(ids(30).map((id) => `x${id}`))).toBe(30);
  });

  it('does not wait for the proof of a silent Mac after an acknowledged installation, and removes it when the certificate is missing', async () => {
    const record = await begun('a');
    const acknowledged = await store.compareAndSet(record, { ...record, state: 'verifying' });
    if (acknowledged === null) throw new Error('not stored');
    expect(await grants(ids(30))).toBe(0);
    const [attempt] = acknowledged.attempts;
    if (attempt === undefined) throw new Error('no attempt');
    const passed = { ...acknowledged, attempts: [{ ...attempt, passedAt: START }] };
    const silent = await store.compareAndSet(acknowledged, passed);
    if (silent === null) throw new Error('not stored');
    expect(await grants(ids(30))).toBe(5);
    await ended(silent, 'unproven');
    expect((await limits.safetyLimits('prod', 'okta', rails, START)).canary).toMatchObject({ wave: 1 });
  });

  it('starts again when the settings or the CA change, and not while the CA is temporarily unknown', async () => {
    const risk = { settings: 'overlap', ca: 'first', caKeys: null };
    expect(await limits.noteRisk('prod', 'okta', risk, START)).toBe(false);
    for (const id of ids(6)) await ended(await begun(id), 'verified');
    expect(await limits.noteRisk('prod', 'okta', { ...risk, ca: null }, START)).toBe(false);
    expect((await limits.safetyLimits('prod', 'okta', rails, START)).canary).toBeNull();
    expect(await limits.noteRisk('prod', 'okta', { ...risk, ca: 'second' }, START + HOUR)).toBe(true);
    expect((await limits.safetyLimits('prod', 'okta', rails, START)).canary).toMatchObject({ wave: 1 });
    expect(
      await limits.noteRisk('prod', 'okta', { settings: 'cycle', ca: 'second', caKeys: null }, START + HOUR),
    ).toBe(true);
  });

  it('starts again when the CA has another key, and not when the key becomes known', async () => {
    const risk = { settings: 'overlap', ca: 'first', caKeys: null };
    const note = (caKeys: string | null) => limits.noteRisk('prod', 'okta', { ...risk, caKeys }, START);
    for (const [caKeys, restarted] of [
      [null, false],
      ['AA', false],
      [null, false],
      ['AA', false],
      ['BB', true],
    ] as const)
      expect([caKeys, await note(caKeys)]).toEqual([caKeys, restarted]);
  });

  it('passes the slot of a failed redistribution to another', async () => {
    await take('a');
    await ended(await begun('a'), 'error', 'once');
    expect(await grants(ids(30))).toBe(1);
  });

  it('can be skipped by an operator: for one Mac, or a whole wave', async () => {
    await take('a');
    expect(await take('b', { overCanary: true })).toMatchObject({ granted: true });
    expect(await limits.releaseWave('prod', 'okta', rails, START)).toBe(2);
    expect(await grants(ids(30))).toBe(4);
    expect(await limits.releaseWave('prod', 'okta', rails, START)).toBe(3);
    expect(await limits.releaseWave('prod', 'okta', rails, START)).toBeNull();
  });
});

describe('the circuit breaker', () => {
  it('refuses all permits after the third failure until it is closed, and then starts with the canary again', async () => {
    for (const id of ['a', 'b', 'c']) await ended(await begun(id), 'error', 'the challenge is not valid');
    expect(await take('d')).toMatchObject({ granted: false, room: { breaker: { reason: 'same-error' } } });
    await limits.safetyLimits('prod', 'okta', rails, START);
    expect(told).toEqual(['same-error']);
    // A success of an attempt in progress does not close it.
    await ended(await begun('e'), 'verified');
    expect((await take('d')).granted).toBe(false);
    expect(await limits.closeBreaker('prod', 'okta', START + HOUR)).toMatchObject({ reason: 'same-error' });
    expect(await limits.closeBreaker('prod', 'okta', START + HOUR)).toBeNull();
    expect(await grants(ids(30))).toBe(1);
  });

  it('ignores attempts that were started before it was closed', async () => {
    const before = await Promise.all(['f', 'g', 'h'].map((id) => begun(id)));
    for (const id of ['a', 'b', 'c']) await ended(await begun(id), 'error', 'no');
    await limits.safetyLimits('prod', 'okta', rails, START);
    await limits.closeBreaker('prod', 'okta', START + HOUR);
    for (const record of before) await ended(record, 'error', 'no');
    expect((await limits.safetyLimits('prod', 'okta', rails, START + HOUR)).breaker).toBeNull();
    for (const id of ['i', 'j', 'k']) await ended(await begun(id, { intentAt: START + HOUR }), 'error', 'no');
    await Promise.all([take('l'), take('m'), limits.safetyLimits('prod', 'okta', rails, START + HOUR)]);
    // Counted once, even if several processes report it.
    expect(told).toEqual(['same-error', 'same-error']);
  });

  it('refuses a permit when a result arrives in between', async () => {
    for (const id of ['a', 'b']) await ended(await begun(id), 'error', 'no');
    const third = await begun('c');
    const [, ...answers] = await Promise.all([
      ended(third, 'error', 'no'),
      ...ids(20).map((id) => take(id, { rails: { ...rails, canary: [] } })),
    ]);
    const granted = answers.filter((answer) => answer.granted).length;
    expect((await limits.safetyLimits('prod', 'okta', rails, START)).breaker).not.toBeNull();
    expect((await take('later', { rails: { ...rails, canary: [] } })).granted).toBe(false);
    expect(granted).toBeLessThan(20);
  });

  it('opens when the fleet changes suddenly, at most once a day', async () => {
    const day = { at: START, inScope: 1_000, due: 30, unknown: 0 };
    await limits.noteFleet('prod', 'okta', day);
    await limits.noteFleet('prod', 'okta', { ...day, at: START + HOUR, due: 500 });
    expect(told).toEqual([]);
    const next = { ...day, at: START + 24 * HOUR, due: 500 };
    await limits.noteFleet('prod', 'okta', next);
    expect(told).toEqual(['due-rush']);
    expect((await take('a')).granted).toBe(false);
  });
});

describe('a cool-down', () => {
  it('stops permits for a while after a restart, an upgrade, or an error', async () => {
    await limits.noteJamf('prod', 'failing', START);
    const refused = await take('a');
    expect(refused).toMatchObject({ room: { hold: { why: 'failing', until: START + 5 * MINUTE } } });
    expect(await take('a', { now: START + 5 * MINUTE })).toMatchObject({ granted: true });
    await limits.noteJamf('prod', 'restart', START + HOUR);
    expect(await take('b', { now: START + HOUR, overCanary: true })).toMatchObject({
      granted: false,
      room: { hold: { why: 'restart', until: START + HOUR + 30 * MINUTE } },
    });
    expect(await limits.noteVersion('prod', '11.30.1')).toBe(false);
    expect(await limits.noteVersion('prod', '11.30.1')).toBe(false);
    expect(await limits.noteVersion('prod', '11.31.0')).toBe(true);
  });
});

it('JSSStartup holds redistributions', async () => {
  const policies = { prod: { dedupeMs: 0, keepEvents: 0 } };
  const admit = createAdmit({ redis, key: keysUnder('test'), now: () => START, policies });
  const log = { event: 'JSSStartup', at: START, webhookId: '1', outcome: 'hold', body: '' };
  const none = { identity: null, computerId: null, seenAt: null, hint: null, watchedHint: null };
  await admit('prod', [{ ...none, holdUntil: START, log }]);
  expect(await take('a')).toMatchObject({ room: { hold: { why: 'restart' } } });
});

describe('the pause', () => {
  it('is separate for each instance, and contains the user and the reason', async () => {
    const pause = { by: 'ada', reason: 'CA rollover', at: START };
    await limits.pause('prod', pause);
    expect(await limits.paused('prod')).toEqual(pause);
    expect(await limits.paused('staging')).toBeNull();
    expect(await limits.resume('prod')).toEqual(pause);
    expect(await limits.resume('prod')).toBeNull();
  });
});
