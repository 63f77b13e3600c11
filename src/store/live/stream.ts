import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';
import type { LiveChange } from "../../contract/live-change.js";
import { liveChange } from "../../contract/live-change.js";

/** Changes that were told together. Ids sort by time: see `isAfter`. */
export interface LiveBatch {
  id: string;
  changes: readonly LiveChange[];
}

/** What changed of late, told by every process and heard by every receiver. Nothing is decided by it. */
export interface LiveStream {
  append(changes: readonly LiveChange[]): Promise<void>;
  /** Id of the newest batch; `0-0` when there is none. */
  lastId(): Promise<string>;
  /** What came after a batch; `null` when that is no longer known, or is too much to be told one by one. */
  since(id: string): Promise<readonly LiveBatch[] | null>;
  /**
   * What comes after a batch, as soon as it comes; empty after `waitMs` without anything. Blocks its connection: give it one of its own.
   */
  next(connection: Redis, id: string, waitMs: number): Promise<readonly LiveBatch[]>;
}

/** At four batches a second and process this is some minutes: longer than a page needs to connect again. */
const KEPT = 5_000;
/** A page that has missed more is better off to read everything again. */
const MOST_MISSED = 200;

const fieldsSchema = z.tuple([z.literal('changes'), z.string()]);
const changesSchema = z.array(liveChange);

/** The changes in Redis: a stream, because pub/sub would lose what is told while a page connects again. */
export function createLiveStream({ redis, key }: { redis: Redis; key: Key }): LiveStream {
  const name = key('live');
  return {
    async append(changes) {
      await redis.xadd(name, 'MAXLEN', '~', KEPT, '*', 'changes', JSON.stringify(changes));
    },
    async lastId() {
      const [newest] = await redis.xrevrange(name, '+', '-', 'COUNT', 1);
      return newest?.[0] ?? '0-0';
    },
    async since(id) {
      // Whoever names a batch has seen it: when it is gone, others after it may be, too.
      const [first, ...missed] = await redis.xrange(name, id, '+', 'COUNT', MOST_MISSED + 2);
      if (first?.[0] !== id || missed.length > MOST_MISSED) return null;
      return missed.map(read);
    },
    async next(connection, id, waitMs) {
      const found = await connection.xread('COUNT', MOST_MISSED, 'BLOCK', waitMs, 'STREAMS', name, id);
      return (found?.[0]?.[1] ?? []).map(read);
    },
  };
}

/** Whether a batch came after another one. */
export function isAfter(id: string, other: string): boolean {
  const [at = 0, sequence = 0] = id.split('-').map(Number);
  const [otherAt = 0, otherSequence = 0] = other.split('-').map(Number);
  return at > otherAt || (at === otherAt && sequence > otherSequence);
}

function read([id, fields]: [id: string, fields: string[]]): LiveBatch {
  return { id, changes: changesSchema.parse(JSON.parse(fieldsSchema.parse(fields)[1])) };
}
