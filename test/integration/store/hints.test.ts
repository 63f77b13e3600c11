import { execFile } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHints, type Hints, hintKeys } from '../../../src/store/hints/hints.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { connectRedis } from '../../../src/store/redis/redis.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

let server: TestRedis;
let redis: ReturnType<typeof connectRedis>;
const key = keysUnder('test');
let clock = 0;
let hints: Hints;

beforeAll(async () => {
  server = await startTestRedis();
  redis = connectRedis({ url: server.url }, 'request', createTelemetry());
  hints = createHints({ redis, key, now: () => clock });
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});
beforeEach(async () => {
  await redis.flushall();
  clock = 1_800_000_000_000;
});

const claim = (at = clock, limit = 100) => hints.claim('prod', { now: at, limit, leaseMs: 60_000 });
const idsOf = (claimed: Awaited<ReturnType<typeof claim>>) => claimed.map(({ computerId }) => computerId);

describe('a hint', () => {
  it('is stored once per Mac, with every reason and the earliest time', async () => {
    await hints.add('prod', ['6'], { reason: 'added', ripeAt: clock + 300_000 });
    await hints.add('prod', ['6'], { reason: 'inventory', ripeAt: clock + 2_000 });
    await hints.add('prod', ['6'], { reason: 'smart-group', ripeAt: clock + 900_000 });
    expect(await hints.count('prod')).toBe(1);
    expect(await hints.nextDueAt('prod')).toBe(clock + 2_000);
    expect(await claim(clock + 1_999)).toEqual([]);
    const [hint] = await claim(clock + 2_000);
    expect(hint).toMatchObject({
      computerId: '6',
      reasons: ['inventory', 'added', 'smart-group'],
      seenAt: null,
    });
  });

  it('contains the last contact of the Mac', async () => {
    await redis.zadd(hintKeys(key, 'prod').seen, clock - 5, '6');
    await hints.add('prod', ['6'], { reason: 'manual', ripeAt: clock });
    expect((await claim())[0]?.seenAt).toBe(clock - 5);
  });

  it('belongs to one Jamf Pro server', async () => {
    await hints.add('prod', ['6'], { reason: 'manual', ripeAt: clock });
    expect(await hints.count('staging')).toBe(0);
    expect(await hints.nextDueAt('staging')).toBeNull();
  });
});

describe('claiming hints', () => {
  it('returns the longest due first, at most the limit, and none twice', async () => {
    for (const id of ['1', '2', '3'])
      await hints.add('prod', [id], { reason: 'sweep', ripeAt: clock - Number(id) });
    expect(idsOf(await claim(clock, 2))).toEqual(['3', '2']);
    expect(idsOf(await claim(clock, 2))).toEqual(['1']);
    expect(await claim()).toEqual([]);
  });

  it('returns a hint to only one of many concurrent workers', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => String(index + 1));
    await hints.add('prod', ids, { reason: 'sweep', ripeAt: clock });
    const claims = await Promise.all(Array.from({ length: 20 }, () => claim(clock, 7)));
    const given = claims.flatMap(idsOf);
    expect(given).toHaveLength(50);
    expect(new Set(given).size).toBe(50);
  });

  it('returns an incomplete hint again when the lease ends', async () => {
    await hints.add('prod', ['6'], { reason: 'manual', ripeAt: clock });
    await claim();
    expect(await claim(clock + 59_999)).toEqual([]);
    expect(await hints.nextDueAt('prod')).toBe(clock + 60_000);
    expect(idsOf(await claim(clock + 60_000))).toEqual(['6']);
  });

  it('returns nothing during a hold, and says when it ends', async () => {
    await hints.add('prod', ['6'], { reason: 'manual', ripeAt: clock });
    await redis.set(hintKeys(key, 'prod').hold, clock + 30_000);
    expect(await claim()).toEqual([]);
    expect(await hints.nextDueAt('prod')).toBe(clock + 30_000);
    expect(idsOf(await claim(clock + 30_000))).toEqual(['6']);
  });
});

describe('completing hints', () => {
  it('removes claimed hints', async () => {
    await hints.add('prod', ['6', '7'], { reason: 'manual', ripeAt: clock });
    await hints.done('prod', await claim());
    expect(await hints.count('prod')).toBe(0);
    expect(await redis.exists(hintKeys(key, 'prod').facts)).toBe(0);
  });

  it('keeps a hint that was added again since the claim, due at the new time', async () => {
    await hints.add('prod', ['6', '7'], { reason: 'manual', ripeAt: clock });
    const claimed = await claim();
    await hints.add('prod', ['7'], { reason: 'inventory', ripeAt: clock + 2_000 });
    await hints.done('prod', claimed);
    expect(await hints.nextDueAt('prod')).toBe(clock + 2_000);
    const [again, ...others] = await claim(clock + 2_000);
    expect(others).toEqual([]);
    expect(again?.computerId).toBe('7');
    expect(again?.reasons).toContain('inventory');
  });

  it('by a worker whose lease ended does not remove a hint that another worker completed and that was added again', async () => {
    await hints.add('prod', ['6'], { reason: 'manual', ripeAt: clock });
    const late = await claim();
    await hints.done('prod', await claim(clock + 60_000));
    await hints.add('prod', ['6'], { reason: 'inventory', ripeAt: clock });
    await hints.done('prod', late);
    expect(await hints.count('prod')).toBe(1);
  });
});

describe('waking the worker', () => {
  const add = (reason: 'manual' | 'added', ripeAt: number) => hints.add('prod', ['6'], { reason, ripeAt });

  it('is requested once until the worker is awake', async () => {
    expect(await add('manual', clock + 2_000)).toBe(clock + 2_000);
    expect(await add('manual', clock + 2_500)).toBeNull();
    await hints.clearScheduledJob('prod');
    expect(await add('manual', clock + 3_000)).toBe(clock + 3_000);
  });

  it('is requested again for an earlier time', async () => {
    expect(await add('added', clock + 300_000)).toBe(clock + 300_000);
    expect(await add('manual', clock + 2_000)).toBe(clock + 2_000);
    expect(await add('manual', clock + 4_000)).toBeNull();
  });

  it('is requested again a minute after the planned time, in case the job was lost', async () => {
    await add('manual', clock + 2_000);
    const left = await redis.pttl(hintKeys(key, 'prod').awake);
    expect(left).toBeGreaterThan(60_000);
    expect(left).toBeLessThanOrEqual(62_000);
  });

  it('happens at once for a time in the past', async () => {
    expect(await add('manual', 0)).toBe(clock);
  });
});

describe('watching a Mac', () => {
  const watched = async () => Object.keys(await redis.hgetall(hintKeys(key, 'prod').watch));

  it('ends when the last holder has ended it, however often each one calls it', async () => {
    await hints.watch('prod', '6', 'a');
    await hints.watch('prod', '6', 'bb');
    await hints.watch('prod', '6', 'b');
    await hints.watch('prod', '6', 'b');
    await hints.unwatch('prod', '6', 'b');
    await hints.unwatch('prod', '6', 'b');
    expect(await redis.hget(hintKeys(key, 'prod').watch, '6')).toBe('a bb ');
    await hints.unwatch('prod', '6', 'a');
    expect(await watched()).toEqual(['6']);
    await hints.unwatch('prod', '6', 'bb');
    expect(await watched()).toEqual([]);
  });
});

describe('a worker that is killed between claim and done', () => {
  it('loses nothing: its hints are returned when the lease ends', async () => {
    await hints.add('prod', ['6', '7'], { reason: 'manual', ripeAt: clock });
    const script = `
      import { createHints } from './src/store/hints/hints.ts';
      import { keysUnder } from './src/store/redis/keys.ts';
      import { Redis } from 'ioredis';
      const redis = new Redis(${JSON.stringify(server.url)});
      const hints = createHints({ redis, key: keysUnder('test'), now: () => ${clock} });
      await hints.claim('prod', { now: ${clock}, limit: 100, leaseMs: 60000 });
      process.kill(process.pid, 'SIGKILL');`;
    const signal = await new Promise<unknown>((resolve) => {
      execFile(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '--eval', script],
        { cwd: new URL('../../..', import.meta.url) },
        (error) => resolve(error?.signal),
      );
    });
    expect(signal).toBe('SIGKILL');
    expect(await claim()).toEqual([]);
    expect(idsOf(await claim(clock + 60_000))).toEqual(['6', '7']);
  });
});

describe('a restart of Redis', () => {
  it('keeps every hint, and the scripts work again', async () => {
    // By default the append-only file is flushed once a second.
    await redis.config('SET', 'appendfsync', 'always');
    await hints.add('prod', ['6'], { reason: 'manual', ripeAt: clock });
    await server.kill();
    await server.restart();
    await expect.poll(() => redis.status).toBe('ready');
    expect(await hints.add('prod', ['7'], { reason: 'manual', ripeAt: clock })).toBeNull();
    expect(idsOf(await claim())).toEqual(['6', '7']);
  });
});
