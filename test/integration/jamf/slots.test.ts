import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Slots } from '../../../src/jamf/transport/limiter/held-slots.js';
import { sharedLimiter, type SlotTimes } from '../../../src/jamf/transport/limiter/shared-limiter.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createSlots } from '../../../src/store/slots/slots.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { eventually } from '../../support/eventually.js';

/** A lease longer than the test: only the test of a killed process waits for its end. */
const TIMES: SlotTimes = { leaseMs: 120_000, turnMs: 60, idleMs: 20, againMs: 10, aloneMs: 200 };
const SHORT_LEASE_MS = 2_000;

let server: TestRedis;
let connections: Redis[] = [];
beforeAll(async () => {
  server = await startTestRedis();
});
beforeEach(async () => {
  const redis = new Redis(server.url);
  await redis.flushall();
  await redis.quit();
});
afterEach(() => {
  for (const redis of connections) redis.disconnect();
  connections = [];
});
afterAll(() => server.close());

/** A limiter like that of a separate process, and its requests to Redis. */
function processOf(
  most: number,
  { kept, leaseMs = TIMES.leaseMs }: { kept?: (most: number) => void; leaseMs?: number } = {},
) {
  const redis = new Redis(server.url, { maxRetriesPerRequest: 0, retryStrategy: () => 50 });
  redis.on('error', () => undefined);
  connections.push(redis);
  const slots = createSlots({ redis, key: keysUnder('recert') });
  const asked: string[] = [];
  const ask: Slots = (request) => {
    asked.push(request.what);
    return slots('prod', request);
  };
  return {
    run: sharedLimiter(ask, { most, times: { ...TIMES, leaseMs }, connections: kept ?? (() => undefined) }),
    asked,
    redis,
  };
}

/** A task that counts how many of them run at once. */
function meter() {
  let now = 0;
  const seen = { most: 0, done: 0 };
  const work = async (ms: number) => {
    now += 1;
    seen.most = Math.max(seen.most, now);
    await new Promise((resolve) => setTimeout(resolve, ms));
    now -= 1;
    seen.done += 1;
  };
  return { seen, work };
}

const hanging = () => new Promise<never>(() => undefined);

test('three processes together never exceed the limit, and all of them get slots', async () => {
  const { seen, work } = meter();
  const processes = [processOf(2), processOf(2), processOf(2)];
  const order: number[] = [];
  await Promise.all(
    processes.flatMap(({ run }, index) =>
      Array.from({ length: 60 }, () =>
        run(async () => {
          order.push(index);
          await work(5);
        }),
      ),
    ),
  );
  expect(seen).toEqual({ most: 2, done: 180 });
  // No process waits until another has completed all of its work.
  expect(new Set(order.slice(0, 120)).size).toBe(3);
});

test('a single process needs few requests for hundreds of calls', async () => {
  const { seen, work } = meter();
  const { run, asked } = processOf(2);
  for (let call = 0; call < 100; call += 1) await run(() => work(1));
  await Promise.all(Array.from({ length: 200 }, () => run(() => work(1))));
  expect(seen).toEqual({ most: 2, done: 300 });
  expect(asked.length).toBeLessThan(30);
});

test('unused slots are returned after their connections are closed', async () => {
  const kept: number[] = [];
  const one = processOf(1, { kept: (most) => kept.push(most) });
  const other = processOf(1);
  await one.run(() => Promise.resolve());
  await other.run(() => Promise.resolve());
  expect(kept).toEqual([0]);
  await eventually(async () => expect(await one.redis.zcard('{recert}:prod:jamf:slots')).toBe(0));
});

test('the slot of a killed process is free when its lease ends', async () => {
  const killed = processOf(1, { leaseMs: SHORT_LEASE_MS });
  const other = processOf(1, { leaseMs: SHORT_LEASE_MS });
  void killed.run(hanging);
  await eventually(async () => expect(await other.redis.zcard('{recert}:prod:jamf:slots')).toBe(1));
  // Its lease is renewed while the process lives.
  let done = false;
  const waiting = other.run(() => Promise.resolve()).then(() => (done = true));
  const renewals = () => killed.asked.filter((what) => what === 'renew').length;
  await eventually(() => expect(renewals()).toBeGreaterThan(4));
  expect(done).toBe(false);
  const at = Date.now();
  killed.redis.disconnect();
  await waiting;
  expect(Date.now() - at).toBeGreaterThan(SHORT_LEASE_MS / 3);
});

test('without Redis every process keeps its share, and shares again when Redis is back', async () => {
  const { seen, work } = meter();
  // A slot that could not be returned is free when its lease ends.
  const processes = [processOf(4, { leaseMs: SHORT_LEASE_MS }), processOf(4, { leaseMs: SHORT_LEASE_MS })];
  for (const { run } of processes) await run(() => work(1));
  await eventually(async () => expect(await processes[0]?.redis.zcard('{recert}:prod:jamf:slots')).toBe(0));
  // Each process knows the other by now.
  for (const { run } of processes) await run(() => work(1));
  await server.kill();
  await Promise.all(processes.flatMap(({ run }) => Array.from({ length: 20 }, () => run(() => work(5)))));
  expect(seen.done).toBe(44);
  expect(seen.most).toBeGreaterThan(1);
  expect(seen.most).toBeLessThanOrEqual(4);
  await server.restart();
  const [first] = processes;
  await eventually(async () => {
    first?.asked.splice(0);
    await first?.run(() => work(1));
    expect(first?.asked).toContain('take');
    expect(await first?.redis.zcard('{recert}:prod:jamf:slots')).toBe(1);
  });
});

test('a task that fails frees its slot', async () => {
  const { run } = processOf(1);
  await expect(run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await run(() => Promise.resolve('yes'))).toBe('yes');
});
