import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../../contract/audit-actions.js';
import type { Key } from '../redis/keys.js';

const entrySchema = z.object({
  id: z.string(),
  at: z.int(),
  who: z.string(),
  role: z.string(),
  /** How they proved who they are: `token`, `session`. */
  via: z.string(),
  action: z.enum(AUDIT_ACTIONS),
  /** Jamf Pro server that it was about, `null` for all of them. */
  instance: z.string().nullable(),
  /** Why, in their words. */
  reason: z.string(),
  /** On how many Macs. */
  computers: z.int(),
  /** Which ones: serial numbers, or ids of redistributions. */
  subjects: z.array(z.string()),
  outcome: z.enum(AUDIT_OUTCOMES),
  /** What came of it, in one sentence. */
  result: z.string(),
});

/** One thing that a person did. */
export type AuditEntry = z.output<typeof entrySchema>;
/** What is known before it is done. */
export type AuditIntent = Omit<AuditEntry, 'id' | 'at' | 'outcome' | 'result'>;
/** What came of it, once that is known. */
export interface AuditResult {
  outcome: Exclude<AuditEntry['outcome'], 'begun'>;
  result: string;
}

/** The audit trail: newest first, kept for a configured time. */
export interface AuditStore {
  /** Writes down what is about to be done. When this fails, it must not be done. */
  begin(intent: AuditIntent): Promise<AuditEntry>;
  /** Writes down what came of it. */
  settle(entry: AuditEntry, result: AuditResult): Promise<void>;
  /** At most `limit` entries older than the one with id `before`, newest first, and where the next page starts. */
  page(query: {
    before?: string | undefined;
    limit: number;
  }): Promise<{ entries: readonly AuditEntry[]; next: string | null }>;
}

/** Four digits of base 36: more entries than that are not begun within a millisecond. */
const SEQUENCES = 36 ** 4;
/** How many entries that are too old go with one append: bounded, and more than one comes. */
const TRIMMED_AT_ONCE = 100;

/**
 * The audit trail in Redis: a sorted set of ids, which sort by time, and a hash of entries.
 * Not a stream, because an entry is settled after it was begun, and because the clock of a second receiver may lag behind.
 */
export function createAuditStore({
  redis,
  key,
  keepMs,
  now,
}: {
  redis: Redis;
  key: Key;
  keepMs: number;
  now: () => number;
}): AuditStore {
  const ids = key('audit', 'ids');
  const entries = key('audit', 'entries');

  let sequence = 0;

  /** Sorts by time; within a millisecond in the order of this process. The random part keeps two processes apart. */
  function newId(at: number): string {
    sequence = (sequence + 1) % SEQUENCES;
    return `${idPrefix(at)}-${base36(sequence, 4)}${randomBytes(4).toString('hex')}`;
  }

  async function trim(): Promise<void> {
    const old = await redis.zrangebylex(
      ids,
      '-',
      `(${idPrefix(now() - keepMs)}`,
      'LIMIT',
      0,
      TRIMMED_AT_ONCE,
    );
    if (old.length === 0) return;
    await redis
      .multi()
      .zrem(ids, ...old)
      .hdel(entries, ...old)
      .exec();
  }

  return {
    async begin(intent) {
      const at = now();
      const entry: AuditEntry = { ...intent, id: newId(at), at, outcome: 'begun', result: '' };
      await redis.multi().zadd(ids, 0, entry.id).hset(entries, entry.id, JSON.stringify(entry)).exec();
      await trim();
      return entry;
    },

    async settle(entry, result) {
      await redis.hset(entries, entry.id, JSON.stringify({ ...entry, ...result }));
    },

    async page({ before, limit }) {
      const from = before === undefined ? '+' : `(${before}`;
      const found = await redis.zrevrangebylex(ids, from, '-', 'LIMIT', 0, limit + 1);
      const shown = found.slice(0, limit);
      const texts = shown.length === 0 ? [] : await redis.hmget(entries, ...shown);
      return {
        entries: texts.flatMap((text) => (text === null ? [] : [entrySchema.parse(JSON.parse(text))])),
        next: found.length > limit ? (shown.at(-1) ?? null) : null,
      };
    },
  };
}

/** Nine digits of base 36 hold milliseconds until the year 5138 and sort as text as they do as numbers. */
function idPrefix(at: number): string {
  return base36(Math.max(0, at), 9);
}

function base36(number: number, digits: number): string {
  return number.toString(36).padStart(digits, '0');
}
