import type { Redis } from 'ioredis';
import { z } from 'zod';
import { KEPT_MS } from '../../domain/redistribution/retention.js';
import type { Key } from '../redis/keys.js';
import { defineScript, readLua } from '../redis/script.js';
import { readNewest } from '../redistributions/paging.js';

const batchSchema = z.object({
  id: z.string(),
  instance: z.string(),
  /** Watched profile that was named; `null` when each Mac has its own. */
  profile: z.string().nullable(),
  by: z.string(),
  reason: z.string(),
  at: z.int(),
  /** What was asked for, as it was sent; `null` when the Macs were named. */
  filter: z.record(z.string(), z.unknown()).nullable(),
  overrides: z.object({ hourlyCap: z.boolean(), canary: z.boolean() }),
  /** How many were taken on. */
  total: z.int(),
  load: z
    .object({
      issuances: z.int(),
      calls: z.int(),
      durationMs: z.int(),
      hourlyCap: z.int().nullable(),
      inFlight: z.int(),
    })
    .nullable(),
  cancelRequest: z
    .object({ by: z.string(), reason: z.string(), at: z.int(), opened: z.boolean() })
    .nullable(),
});

/** A request for many Macs, as it was made. It never changes, but for the wish to end it. */
export type Batch = z.output<typeof batchSchema>;
/** Macs that were refused for one reason. */
export interface Refusals {
  reason: string;
  count: number;
  /** What was said of the first of them. */
  sentence: string;
}

/** What became of one Mac of a batch: `reason` and `sentence` when it was refused. */
export interface BatchResult {
  /** Id of the computer in Jamf Pro. */
  id: string;
  reason?: string | undefined;
  sentence?: string | undefined;
}

/** How far a request for many is. */
export interface BatchProgress {
  /** Macs that are still to be opened. */
  left: number;
  /** What was refused meanwhile. */
  refusals: readonly Refusals[];
  /** Whether it is still worked on: opening, or cancelling what it opened. */
  open: boolean;
}

/** Requests for many Macs: what is still to be opened, and what came of it. */
export interface BatchStore {
  /** Stores one with its Macs, by id in Jamf Pro: in one step. */
  add(batch: Batch, computerIds: readonly string[]): Promise<void>;
  get(instance: string, id: string): Promise<Batch | null>;
  progress(instance: string, id: string): Promise<BatchProgress>;
  /** Newest first. @throws RangeError on a bad cursor */
  page(
    instance: string,
    query: { cursor: string | undefined; limit: number },
  ): Promise<{ batches: readonly Batch[]; cursor: string | null }>;
  /** Ids of those that are still worked on. */
  openIds(instance: string): Promise<readonly string[]>;
  /** The next Macs to be opened. */
  next(instance: string, id: string, count: number): Promise<readonly string[]>;
  /** Takes Macs off the batch and counts those that were refused. Returns how many are left. Safe to call twice for one Mac. */
  done(instance: string, id: string, results: readonly BatchResult[]): Promise<number>;
  /** Wishes that it ends: nothing more is opened. Returns it; `null` when somebody wished so before. */
  cancel(batch: Batch, wish: NonNullable<Batch['cancelRequest']>): Promise<Batch | null>;
  /** Nothing is left to do. */
  close(instance: string, id: string): Promise<void>;
}

/** Requests for many in Redis: a text each, a list of what is left, a hash of what was refused. */
export function createBatchStore({ redis, key }: { redis: Redis; key: Key }): BatchStore {
  const keysOf = (instance: string) => {
    const under = (...parts: readonly string[]) => key(instance, 'batches', ...parts);
    return {
      all: under('all'),
      open: under('open'),
      record: (id: string) => under('record', id),
      left: (id: string) => under('left', id),
      refused: (id: string) => under('refused', id),
      cancelled: (id: string) => under('cancelled', id),
    };
  };

  const runDone = defineScript(redis, {
    name: 'batchDone',
    lua: readLua(import.meta.url, './done.lua'),
    keys: ['left', 'refused'],
    reply: z.int(),
  });

  async function readMany(instance: string, ids: readonly string[]): Promise<readonly Batch[]> {
    if (ids.length === 0) return [];
    const keys = keysOf(instance);
    const texts = await redis.mget([
      ...ids.map((id) => keys.record(id)),
      ...ids.map((id) => keys.cancelled(id)),
    ]);
    return ids.flatMap((_id, index) => {
      const [record, wish] = [texts[index], texts[ids.length + index]];
      if (record === null || record === undefined) return [];
      const cancelRequest: unknown = wish ? JSON.parse(wish) : null;
      return [batchSchema.parse({ ...(JSON.parse(record) as object), cancelRequest })];
    });
  }

  return {
    async add(batch, computerIds) {
      const keys = keysOf(batch.instance);
      const adding = redis
        .multi()
        .set(keys.record(batch.id), JSON.stringify(batch), 'PX', KEPT_MS)
        .zadd(keys.all, batch.at, batch.id)
        .zremrangebyscore(keys.all, '-inf', batch.at - KEPT_MS);
      if (computerIds.length > 0)
        adding
          .rpush(keys.left(batch.id), ...computerIds)
          .pexpire(keys.left(batch.id), KEPT_MS)
          .sadd(keys.open, batch.id);
      await adding.exec();
    },

    async get(instance, id) {
      return (await readMany(instance, [id]))[0] ?? null;
    },

    async progress(instance, id) {
      const keys = keysOf(instance);
      const [left, refused, open] = await Promise.all([
        redis.llen(keys.left(id)),
        redis.hgetall(keys.refused(id)),
        redis.sismember(keys.open, id),
      ]);
      const counts = Object.entries(refused).filter(([name]) => name.startsWith('count '));
      const refusals = counts.map(([name, count]) => {
        const reason = name.slice('count '.length);
        return { reason, count: Number(count), sentence: refused[`sentence ${reason}`] ?? '' };
      });
      return { left, refusals: refusals.toSorted((one, other) => other.count - one.count), open: open === 1 };
    },

    async page(instance, { cursor, limit }) {
      const { ids, cursor: next } = await readNewest(redis, keysOf(instance).all, { cursor, limit });
      return { batches: await readMany(instance, ids), cursor: next };
    },

    openIds: (instance) => redis.smembers(keysOf(instance).open),

    next: (instance, id, count) => redis.lrange(keysOf(instance).left(id), 0, count - 1),

    done(instance, id, results) {
      const keys = keysOf(instance);
      return runDone({ left: keys.left(id), refused: keys.refused(id) }, [JSON.stringify(results), KEPT_MS]);
    },

    async cancel(batch, wish) {
      const keys = keysOf(batch.instance);
      const mine = await redis.set(keys.cancelled(batch.id), JSON.stringify(wish), 'PX', KEPT_MS, 'NX');
      if (mine !== 'OK') return null;
      await redis.multi().del(keys.left(batch.id)).sadd(keys.open, batch.id).exec();
      return { ...batch, cancelRequest: wish };
    },

    async close(instance, id) {
      await redis.srem(keysOf(instance).open, id);
    },
  };
}
