import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type AuditIntent, createAuditStore } from '../../../src/store/audit/audit.js';
import { createIdempotencyStore } from '../../../src/store/audit/idempotency.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const DAY_MS = 86_400_000;
const key = keysUnder('recert');

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

function intent(reason: string): AuditIntent {
  return {
    who: 'ada',
    role: 'admin',
    via: 'token',
    action: 'pause',
    instance: 'prod',
    reason,
    computers: 0,
    subjects: [],
  };
}

test('an entry is stored before its result is known, and shows that', async () => {
  const audit = createAuditStore({ redis, key, keepMs: DAY_MS, now: () => 1_000 });
  const entry = await audit.begin(intent('one'));
  expect((await audit.page({ limit: 5 })).entries).toMatchObject([
    { outcome: 'begun', result: '', at: 1_000 },
  ]);
  await audit.settle(entry, { outcome: 'done', result: 'paused' });
  expect((await audit.page({ limit: 5 })).entries).toMatchObject([{ outcome: 'done', result: 'paused' }]);
});

test('pages are sorted from new to old and contain each entry once, also within one millisecond', async () => {
  let now = 1_000;
  const audit = createAuditStore({ redis, key, keepMs: DAY_MS, now: () => now });
  for (let count = 0; count < 25; count += 1) {
    await audit.begin(intent(String(count)));
    if (count === 19) now += 1;
  }
  const seen: string[] = [];
  let before: string | undefined;
  do {
    const { entries, next } = await audit.page({ before, limit: 4 });
    seen.push(...entries.map(({ reason }) => reason));
    before = next ?? undefined;
  } while (before !== undefined);
  expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => String(24 - index)));
});

test('entries and their index are deleted after the retention time', async () => {
  let now = 1_000;
  const audit = createAuditStore({ redis, key, keepMs: DAY_MS, now: () => now });
  for (let count = 0; count < 5; count += 1) await audit.begin(intent(`old ${count}`));
  now += DAY_MS - 1;
  await audit.begin(intent('kept'));
  expect(await redis.hlen(key('audit', 'entries'))).toBe(6);
  now += 2;
  await audit.begin(intent('new'));
  const { entries } = await audit.page({ limit: 10 });
  expect(entries.map(({ reason }) => reason)).toEqual(['new', 'kept']);
  expect(await redis.hlen(key('audit', 'entries'))).toBe(2);
});

test('an idempotency key is reserved during its request, returns the response afterwards, and can be released', async () => {
  const store = createIdempotencyStore({ redis, key });
  expect(await store.claim('ada', 'k', 'request')).toEqual({ state: 'mine' });
  expect(await store.claim('ada', 'k', 'request')).toEqual({ state: 'running' });
  expect(await store.claim('ada', 'k', 'another')).toEqual({ state: 'other-request' });
  expect(await store.claim('oskar', 'k', 'request')).toEqual({ state: 'mine' });
  const answer = { status: 202, body: { accepted: 1 } };
  await store.answer('ada', 'k', 'request', answer);
  expect(await store.claim('ada', 'k', 'request')).toEqual({ state: 'answered', answer });
  await store.release('ada', 'k');
  expect(await store.claim('ada', 'k', 'another')).toEqual({ state: 'mine' });
  // A killed process blocks the key for a minute, not for a day.
  const [name = ''] = await redis.keys('*idempotency*');
  expect(await redis.pttl(name)).toBeLessThanOrEqual(60_000);
});
