import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../../contract/audit-actions.js';
import { type ReportUnreadable, storedFormat } from '../../json/stored.js';
import type { Key } from '../redis/keys.js';
import { unreported } from '../redis/unreadable.js';

const entrySchema = z.object({
  id: z.string(),
  at: z.int(),
  who: z.string(),
  role: z.string(),
  /** How the user authenticated, for example `token` or `session`. */
  via: z.string(),
  action: z.enum(AUDIT_ACTIONS),
  /** Name of the Jamf Pro server; `null` when the action concerns all servers. */
  instance: z.string().nullable(),
  /** Reason for the action, as the user entered it. */
  reason: z.string(),
  /** Number of Macs that the action affected. */
  computers: z.int(),
  /** What the action affected: serial numbers of Macs, or IDs of redistributions. */
  subjects: z.array(z.string()),
  outcome: z.enum(AUDIT_OUTCOMES),
  /** Result of the action in one sentence. */
  result: z.string(),
});

const format = storedFormat('audit log entry', entrySchema);

/** An entry of the audit log: one action of a user. */
export type AuditEntry = z.output<typeof entrySchema>;
/** The fields of an audit log entry that are known before the action. */
export type AuditIntent = Omit<AuditEntry, 'id' | 'at' | 'outcome' | 'result'>;
/** The fields of an audit log entry that are known only after the action. */
export interface AuditResult {
  outcome: Exclude<AuditEntry['outcome'], 'begun'>;
  result: string;
}

/** Stores the audit log. Entries are deleted after the configured time. */
export interface AuditStore {
  /** Records an action before it is performed. If this fails, the calling code must not perform the action. */
  begin(intent: AuditIntent): Promise<AuditEntry>;
  /** Records the outcome of an action. */
  settle(entry: AuditEntry, result: AuditResult): Promise<void>;
  /**
   * Returns at most `limit` entries that are older than the entry with the ID `before`, newest first, and the
   * `before` of the next page.
   */
  page(query: {
    before?: string | undefined;
    limit: number;
  }): Promise<{ entries: readonly AuditEntry[]; next: string | null }>;
}

/** Number of possible sequence numbers (four base-36 digits). Must be greater than the number of entries per millisecond. */
const SEQUENCES = 36 ** 4;
/**
 * Maximum number of expired entries that are deleted when an entry is added. It is more than one, so that the log
 * also shrinks after its retention in the configuration was reduced.
 */
const MAX_TRIMMED = 100;

/**
 * Creates the audit log in Redis: a sorted set of IDs, whose order is the order of time, and a hash of entries. A
 * Redis stream is not suitable: the outcome is written later than the entry, and the clocks of receivers differ.
 */
export function createAuditStore({
  redis,
  key,
  keepMs,
  now,
  report = unreported,
}: {
  redis: Redis;
  key: Key;
  keepMs: number;
  now: () => number;
  report?: ReportUnreadable;
}): AuditStore {
  const ids = key('audit', 'ids');
  const entries = key('audit', 'entries');

  let sequence = 0;

  /**
   * Returns an ID. The order of IDs is the order of their times, and within a millisecond the order of their sequence
   * numbers. The random part prevents collisions between processes.
   */
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
      await redis.multi().zadd(ids, 0, entry.id).hset(entries, entry.id, format.write(entry)).exec();
      await trim();
      return entry;
    },

    async settle(entry, result) {
      await redis.hset(entries, entry.id, format.write({ ...entry, ...result }));
    },

    async page({ before, limit }) {
      const from = before === undefined ? '+' : `(${before}`;
      const found = await redis.zrevrangebylex(ids, from, '-', 'LIMIT', 0, limit + 1);
      const shown = found.slice(0, limit);
      const texts = shown.length === 0 ? [] : await redis.hmget(entries, ...shown);
      return {
        entries: format.readAll(
          shown.map((id, index) => [id, texts[index]] as const),
          report,
        ),
        next: found.length > limit ? (shown.at(-1) ?? null) : null,
      };
    },
  };
}

/**
 * Formats epoch milliseconds as nine base-36 digits, which is sufficient until the year 5138. All texts have the same
 * length, so their order is the order of the times.
 */
function idPrefix(at: number): string {
  return base36(Math.max(0, at), 9);
}

function base36(number: number, digits: number): string {
  return number.toString(36).padStart(digits, '0');
}
