import type { Redis } from 'ioredis';
import { z } from 'zod';
import { KEPT_MS } from '../../domain/redistribution/retention.js';
import { type ReportUnreadable, storedFormat } from '../../json/stored.js';
import type { Key } from '../redis/keys.js';
import { type StoreAccess, unreported } from '../redis/unreadable.js';
import { defineScript, readLua } from '../redis/script.js';
import { readNewest } from '../redistributions/paging.js';

const batchSchema = z.object({
  id: z.string(),
  instance: z.string(),
  /** Watched profile in the request; `null` when it is determined for each Mac. */
  profile: z.string().nullable(),
  by: z.string(),
  reason: z.string(),
  at: z.int(),
  /** Filter of the request; `null` when the request listed the Macs. */
  filter: z.record(z.string(), z.unknown()).nullable(),
  overrides: z.object({ hourlyCap: z.boolean(), canary: z.boolean() }),
  /** Number of Macs that the request accepted. */
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

const format = storedFormat('batch', batchSchema);
const cancelFormat = storedFormat('cancellation of batch', batchSchema.shape.cancelRequest.unwrap());

/** A batch: one request for several Macs. After it is created, only `cancelRequest` changes. */
export type Batch = z.output<typeof batchSchema>;
/** Macs that were refused for the same reason. */
export interface Refusals {
  reason: string;
  count: number;
  /** Explanation of the refusal of the first of these Macs. */
  sentence: string;
}

/** Result for one Mac of a batch. `reason` and `sentence` are set when the Mac was refused. */
export interface BatchResult {
  /** ID of the computer in Jamf Pro. */
  id: string;
  reason?: string | undefined;
  sentence?: string | undefined;
}

/** How far Recert has processed a batch. */
export interface BatchProgress {
  /** Number of Macs whose redistribution is not opened yet. */
  left: number;
  /** Macs that have been refused so far, grouped by reason. */
  refusals: readonly Refusals[];
  /** Whether Recert is still processing the batch: it opens redistributions, or cancels those that it opened. */
  open: boolean;
}

/** Stores batches, with the Macs that are not processed yet and the results for the others. */
export interface BatchStore {
  /** Stores a batch and the Jamf Pro IDs of its Macs in one transaction. */
  add(batch: Batch, computerIds: readonly string[]): Promise<void>;
  get(instance: string, id: string): Promise<Batch | null>;
  progress(instance: string, id: string): Promise<BatchProgress>;
  /** Returns a page of batches, newest first. @throws RangeError for an invalid cursor */
  page(
    instance: string,
    query: { cursor: string | undefined; limit: number },
  ): Promise<{ batches: readonly Batch[]; cursor: string | null }>;
  /** Returns the IDs of batches that Recert is still processing. */
  openIds(instance: string): Promise<readonly string[]>;
  /** Returns up to `count` Macs whose redistribution is opened next. */
  next(instance: string, id: string, count: number): Promise<readonly string[]>;
  /**
   * Removes processed Macs from the batch and counts the refused ones. Returns the number of Macs that are left. A
   * second call for the same Mac has no effect.
   */
  done(instance: string, id: string, results: readonly BatchResult[]): Promise<number>;
  /**
   * Requests cancellation, so no further redistribution is opened. Returns the batch; `null` when cancellation was
   * already requested.
   */
  cancel(batch: Batch, request: NonNullable<Batch['cancelRequest']>): Promise<Batch | null>;
  /** Marks a batch as completely processed. */
  close(instance: string, id: string): Promise<void>;
}

/**
 * Creates the store of batches in Redis. Each batch has a JSON record, a list of the Macs that are not processed
 * yet, and a hash of the refusals.
 */
export function createBatchStore({ redis, key, report = unreported }: StoreAccess): BatchStore {
  const keysOf = (instance: string) => batchKeys(key, instance);

  const runDone = defineScript(redis, {
    name: 'batchDone',
    lua: readLua(import.meta.url, './done.lua'),
    keys: ['left', 'refused'],
    reply: z.int(),
  });

  return {
    async add(batch, computerIds) {
      const keys = keysOf(batch.instance);
      const adding = redis
        .multi()
        .set(keys.record(batch.id), format.write(batch), 'PX', KEPT_MS)
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
      return (await readMany(redis, keysOf(instance), [id], report))[0] ?? null;
    },

    async progress(instance, id) {
      const keys = keysOf(instance);
      const [left, refused, open] = await Promise.all([
        redis.llen(keys.left(id)),
        redis.hgetall(keys.refused(id)),
        redis.sismember(keys.open, id),
      ]);
      return { left, refusals: refusalsOf(refused), open: open === 1 };
    },

    async page(instance, { cursor, limit }) {
      const { ids, cursor: next } = await readNewest(redis, keysOf(instance).all, { cursor, limit });
      return { batches: await readMany(redis, keysOf(instance), ids, report), cursor: next };
    },

    openIds: (instance) => redis.smembers(keysOf(instance).open),

    next: (instance, id, count) => redis.lrange(keysOf(instance).left(id), 0, count - 1),

    done(instance, id, results) {
      const keys = keysOf(instance);
      return runDone({ left: keys.left(id), refused: keys.refused(id) }, [JSON.stringify(results), KEPT_MS]);
    },

    async cancel(batch, request) {
      const keys = keysOf(batch.instance);
      const stored = await redis.set(
        keys.cancelled(batch.id),
        cancelFormat.write(request),
        'PX',
        KEPT_MS,
        'NX',
      );
      if (stored !== 'OK') return null;
      await redis.multi().del(keys.left(batch.id)).sadd(keys.open, batch.id).exec();
      return { ...batch, cancelRequest: request };
    },

    async close(instance, id) {
      await redis.srem(keysOf(instance).open, id);
    },
  };
}

function batchKeys(key: Key, instance: string) {
  const under = (...parts: readonly string[]) => key(instance, 'batches', ...parts);
  return {
    all: under('all'),
    open: under('open'),
    record: (id: string) => under('record', id),
    left: (id: string) => under('left', id),
    refused: (id: string) => under('refused', id),
    cancelled: (id: string) => under('cancelled', id),
  };
}

async function readMany(
  redis: Redis,
  keys: ReturnType<typeof batchKeys>,
  ids: readonly string[],
  report: ReportUnreadable,
): Promise<readonly Batch[]> {
  if (ids.length === 0) return [];
  const texts = await redis.mget([
    ...ids.map((id) => keys.record(id)),
    ...ids.map((id) => keys.cancelled(id)),
  ]);
  return ids.flatMap((id, index) => {
    const batch = format.tryRead(texts[index], id, report);
    const request = texts[ids.length + index];
    return batch === null ? [] : [{ ...batch, cancelRequest: readCancelRequest(request, id, report) }];
  });
}

/** Reads the request to cancel a batch. A request that cannot be read still counts, so that the batch stops. */
function readCancelRequest(
  text: string | null | undefined,
  id: string,
  report: ReportUnreadable,
): Batch['cancelRequest'] {
  if (text === null || text === undefined) return null;
  const requested = { by: 'unknown', reason: 'the stored request cannot be read', at: 0, opened: false };
  return cancelFormat.tryRead(text, id, report) ?? requested;
}

/** Reads the hash of refusals of a batch. The most frequent reason is first. */
function refusalsOf(refused: Readonly<Record<string, string>>): readonly Refusals[] {
  return Object.entries(refused)
    .filter(([name]) => name.startsWith('count '))
    .map(([name, count]) => {
      const reason = name.slice('count '.length);
      return { reason, count: Number(count), sentence: refused[`sentence ${reason}`] ?? '' };
    })
    .toSorted((one, other) => other.count - one.count);
}
