import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';
import type { LiveChange } from '../../contract/live-change.js';
import { liveChange } from '../../contract/live-change.js';

/** Changes that were published together. IDs sort by time; compare them with `isAfter`. */
export interface LiveBatch {
  id: string;
  changes: readonly LiveChange[];
}

/** The stream of recent changes, from all processes to all receivers. Used only to refresh pages. */
export interface LiveStream {
  append(changes: readonly LiveChange[]): Promise<void>;
  /** Returns the ID of the newest batch; `0-0` when there is none. */
  lastId(): Promise<string>;
  /** Returns the batches after `id`; `null` when `id` was trimmed from the stream or more than `MAX_MISSED` batches follow it. */
  since(id: string): Promise<readonly LiveBatch[] | null>;
  /**
   * Waits for batches after `id` and returns them; empty after `waitMs`. It blocks the connection, which must not be shared.
   */
  next(connection: Redis, id: string, waitMs: number): Promise<readonly LiveBatch[]>;
}

/** Length of the stream. At four batches per second and process it covers some minutes, longer than a page needs to reconnect. */
const MAX_LENGTH = 5_000;
/** Maximum missed batches that are sent. A page that missed more must reload everything. */
const MAX_MISSED = 200;

const fieldsSchema = z.tuple([z.literal('changes'), z.string()]);
const changesSchema = z.array(liveChange);

/** Creates the stream in Redis. Pub/sub would lose the changes that are published while a page reconnects. */
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
      // The client has received the batch `id`. If it was trimmed, later batches may be missing, too, and the client must reload.
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

/** Whether a batch ID is later than another. */
export function isAfter(id: string, other: string): boolean {
  const [at = 0, sequence = 0] = id.split('-').map(Number);
  const [otherAt = 0, otherSequence = 0] = other.split('-').map(Number);
  return at > otherAt || (at === otherAt && sequence > otherSequence);
}

function read([id, fields]: [id: string, fields: string[]]): LiveBatch {
  return { id, changes: changesSchema.parse(JSON.parse(fieldsSchema.parse(fields)[1])) };
}
