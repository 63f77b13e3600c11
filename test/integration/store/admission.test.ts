import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Admission, type Admit, createAdmit } from '../../../src/store/admission/admission.js';
import { createEventLog } from '../../../src/store/admission/event-log.js';
import { createHints, type Hints } from '../../../src/store/hints/hints.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { connectRedis } from '../../../src/store/redis/redis.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const NOW = 1_800_000_000_000;
const key = keysUnder('test');
let server: TestRedis;
let redis: ReturnType<typeof connectRedis>;
let hints: Hints;
let admit: Admit;

beforeAll(async () => {
  server = await startTestRedis();
  redis = connectRedis({ url: server.url }, 'request', createTelemetry());
  hints = createHints({ redis, key, now: () => NOW });
  admit = createAdmit({
    redis,
    key,
    now: () => NOW,
    policies: { prod: { dedupeMs: 600_000, keepEvents: 1_000 } },
  });
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});
beforeEach(() => redis.flushall());

function touch(computerId: string, about: Partial<Admission> = {}): Admission {
  return {
    identity: null,
    computerId,
    seenAt: NOW,
    hint: null,
    watchedHint: { reason: 'check-in', ripeAt: NOW + 2_000 },
    holdUntil: null,
    log: {
      event: 'ComputerCheckIn',
      at: NOW,
      webhookId: '4',
      outcome: 'touch',
      body: `{"id":${computerId}}`,
    },
    ...about,
  };
}

const log = async () => (await createEventLog({ redis, key }).page('prod', { limit: 1_000 })).toReversed();
const claim = async () => {
  const claimed = await hints.claim('prod', { now: NOW + 1e9, limit: 100_000, leaseMs: 1 });
  return claimed.map(({ computerId, reasons }) => [computerId, ...reasons]);
};

it('finds duplicates within one call and of an earlier one, and stores a separate body for each event', async () => {
  const answer = await admit('prod', [
    touch('1', { identity: 'one' }),
    touch('2', { identity: 'two' }),
    touch('3', { identity: 'one' }),
    touch('4'),
    touch('5'),
  ]);
  expect(answer.outcomes).toEqual(['admitted', 'admitted', 'duplicate', 'admitted', 'admitted']);
  expect((await admit('prod', [touch('6', { identity: 'two' })])).outcomes).toEqual(['duplicate']);
  expect((await log()).map(({ computerId, outcome, body }) => [computerId, outcome, body])).toEqual([
    ['1', 'touch', '{"id":1}'],
    ['2', 'touch', '{"id":2}'],
    ['3', 'duplicate', null],
    ['4', 'touch', '{"id":4}'],
    ['5', 'touch', '{"id":5}'],
    ['6', 'duplicate', null],
  ]);
  expect(await redis.zrange(key('prod', 'seen'), '0', '-1')).toEqual(['1', '2', '4', '5']);
});

it('wakes only watched Macs, and combines the requests of one call for the same Mac', async () => {
  await hints.watch('prod', '2', 'someone');
  const look = { computerIds: ['3'], reason: 'inventory', ripeAt: NOW + 9_000 } as const;
  const { outcomes, wakeAt } = await admit('prod', [
    touch('1'),
    touch('2'),
    touch('3', { hint: look }),
    touch('3', { hint: { ...look, reason: 'push', ripeAt: NOW + 5_000 } }),
  ]);
  expect(outcomes).toEqual(['admitted', 'woken', 'admitted', 'admitted']);
  expect(wakeAt).toBe(NOW + 2_000);
  expect(await redis.zrange(key('prod', 'hints'), '0', '-1', 'WITHSCORES')).toEqual([
    '2',
    String(NOW + 2_000),
    '3',
    String(NOW + 5_000),
  ]);
  expect(await claim()).toEqual([
    ['2', 'check-in'],
    ['3', 'inventory', 'push'],
  ]);
});

it('stores names and bodies with any characters without affecting other fields', async () => {
  const odd = ['half \ud83d', 'null \u0000', '“Ada’s” 日本 \u{1f600}', '\\u0000"\n', ''];
  await admit(
    'prod',
    odd.map((text, index) =>
      touch(String(index + 1), {
        log: { event: `Event${text}`, at: null, webhookId: '', outcome: 'none', body: text },
      }),
    ),
  );
  const whole = (text: string) => Buffer.from(text).toString();
  expect((await log()).map(({ event, body, at }) => [event, body, at])).toEqual(
    odd.map((text) => [whole(`Event${text}`), text === '' ? null : whole(text), null]),
  );
});

it('stores the largest number of Macs of one call, more than Lua can pass as arguments at once', async () => {
  const admissions = Array.from({ length: 200 }, (_, event) =>
    touch(String(event + 1), {
      identity: `event ${event}`,
      hint: {
        computerIds: Array.from({ length: 50 }, (__, mac) => String(event * 50 + mac + 1)),
        reason: 'smart-group',
        ripeAt: NOW,
      },
    }),
  );
  expect(new Set((await admit('prod', admissions)).outcomes)).toEqual(new Set(['admitted']));
  expect(await hints.count('prod')).toBe(10_000);
  expect(new Set((await admit('prod', admissions)).outcomes)).toEqual(new Set(['duplicate']));
});
