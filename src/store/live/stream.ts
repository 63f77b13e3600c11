import type { Redis } from 'ioredis';
import { z } from 'zod';
import { storedFormat } from '../../json/stored.js';
import { unreported } from '../redis/unreadable.js';
import type { Key } from '../redis/keys.js';
import type { LiveChange } from '../../contract/live-change.js';
import { liveChange } from '../../contract/live-change.js';

/** Changes that were published together. The order of the IDs is the order of time; compare them with `isAfter`. */
export interface LiveBatch {
  id: string;
  changes: readonly LiveChange[];
}

/** The Redis stream of recent changes, from all processes to all receivers. It only tells console pages to refresh. */
export interface LiveStream {
  append(changes: readonly LiveChange[]): Promise<void>;
  /** Returns the ID of the newest batch of changes; `0-0` when there is none. */
  lastId(): Promise<string>;
  /**
   * Returns the batches of changes after `id`; `null` when `id` was trimmed from the stream or more than
   * `MAX_MISSED` batches follow it.
   */
  since(id: string): Promise<readonly LiveBatch[] | null>;
  /**
   * Waits for batches of changes after `id` and returns them; returns none after `waitMs` milliseconds. The Redis
   * connection is blocked while it waits, so the connection must not be shared.
   */
  next(connection: Redis, id: string, waitMs: number): Promise<readonly LiveBatch[]>;
}

/**
 * Maximum number of entries in the stream. At four entries per second and process, they cover several minutes, which
 * is longer than a page needs to reconnect.
 */
const MAX_LENGTH = 5_000;
/** Maximum number of missed batches that are sent to a page. A page that missed more must reload everything. */
const MAX_MISSED = 200;

const fieldsSchema = z.tuple([z.literal('changes'), z.string()]);
/** Version 1 of the format is an array without a version number. */
const format = storedFormat('live changes', z.array(liveChange));

/**
 * Creates the stream in Redis. Redis pub/sub is not used, because it would lose the changes that are published
 * while a page reconnects.
 */
export function createLiveStream({ redis, key }: { redis: Redis; key: Key }): LiveStream {
  const name = key('live');
  return {
    async append(changes) {
      await redis.xadd(name, 'MAXLEN', '~', MAX_LENGTH, '*', 'changes', JSON.stringify(changes));
    },
    async lastId() {
      const [newest] = await redis.xrevrange(name, '+', '-', 'COUNT', 1);
      return newest?.[0] ?? '0-0';
    },
    async since(id) {
      // The page has received the batch `id`. If that batch was trimmed, later batches may be missing as well, so
      // the page must reload.
      const [first, ...missed] = await redis.xrange(name, id, '+', 'COUNT', MAX_MISSED + 2);
      if (first?.[0] !== id || missed.length > MAX_MISSED) return null;
      return missed.map(read);
    },
    async next(connection, id, waitMs) {
      const found = await connection.xread('COUNT', MAX_MISSED, 'BLOCK', waitMs, 'STREAMS', name, id);
      return (found?.[0]?.[1] ?? []).map(read);
    },
  };
}

/** Whether a batch was published after another one, by their IDs. */
export function isAfter(id: string, other: string): boolean {
  const [at = 0, sequence = 0] = id.split('-').map(Number);
  const [otherAt = 0, otherSequence = 0] = other.split('-').map(Number);
  return at > otherAt || (at === otherAt && sequence > otherSequence);
}

/** Reads an entry of the stream. A batch in a newer format, from an upgraded process, is returned without changes. */
function read([id, fields]: [id: string, fields: string[]]): LiveBatch {
  const changes = format.tryRead(fieldsSchema.safeParse(fields).data?.[1], id, unreported);
  return { id, changes: changes ?? [] };
}
