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
  /** Authentication method: `token` or `session`. */
  via: z.string(),
  action: z.enum(AUDIT_ACTIONS),
  /** Name of the Jamf Pro server, `null` for all servers. */
  instance: z.string().nullable(),
  /** Reason that the user entered. */
  reason: z.string(),
  /** Number of Macs. */
  computers: z.int(),
  /** Serial numbers of Macs, or IDs of redistributions. */
  subjects: z.array(z.string()),
  outcome: z.enum(AUDIT_OUTCOMES),
  /** Result in one sentence. */
  result: z.string(),
});

/** An entry of the audit log. */
export type AuditEntry = z.output<typeof entrySchema>;
/** The fields of an entry that are known before the action. */
export type AuditIntent = Omit<AuditEntry, 'id' | 'at' | 'outcome' | 'result'>;
/** The outcome of an action. */
export interface AuditResult {
  outcome: Exclude<AuditEntry['outcome'], 'begun'>;
  result: string;
}

/** The audit log, newest first, with a configured retention. */
export interface AuditStore {
  /** Records an action before it is done. If this fails, the caller must not do the action. */
  begin(intent: AuditIntent): Promise<AuditEntry>;
  /** Records the outcome. */
  settle(entry: AuditEntry, result: AuditResult): Promise<void>;
  /** Returns at most `limit` entries older than the entry with ID `before`, newest first, and the `before` of the next page. */
  page(query: {
    before?: string | undefined;
    limit: number;
  }): Promise<{ entries: readonly AuditEntry[]; next: string | null }>;
}

/** Size of the sequence number, four base-36 digits. It must exceed the number of entries per millisecond. */
const SEQUENCES = 36 ** 4;
/** Maximum expired entries that one append deletes. More than one, so that the log shrinks to its retention. */
const MAX_TRIMMED = 100;

/**
 * Creates the audit log in Redis: a sorted set of IDs, which sort by time, and a hash of entries.
 * A stream does not fit, because the outcome is written later, and because the clocks of receivers differ.
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

  /** Returns an ID that sorts by time, and within a millisecond by sequence number. The random part prevents collisions between processes. */
  function newId(at: number): string {
    sequence = (sequence + 1) % SEQUENCES;
    return `${idPrefix(at)}-${base36(sequence, 4)}${randomBytes(4).toString('hex')}`;
  }

  async function trim(): Promise<void> {
    const old = await redis.zrangebylex(ids, '-', `(${idPrefix(now() - keepMs)}`, 'LIMIT', 0, MAX_TRIMMED);
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

/** Epoch milliseconds as nine base-36 digits, sufficient until the year 5138. The fixed length makes text order equal numeric order. */
function idPrefix(at: number): string {
  return base36(Math.max(0, at), 9);
}

function base36(number: number, digits: number): string {
  return number.toString(36).padStart(digits, '0');
}
