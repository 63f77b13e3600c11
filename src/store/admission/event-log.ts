import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';

/** An entry of the event log, which contains the latest webhooks of each Jamf Pro server in order of admission. */
export interface LoggedEvent {
  /** ID in the log; sorts by time. */
  id: string;
  /** Time of admission, epoch milliseconds. */
  admittedAt: number;
  /** Event name, in the documented spelling for a known event. */
  event: string;
  /** Time of the event according to Jamf Pro, epoch milliseconds. */
  at: number | null;
  computerId: string | null;
  /** ID of the webhook object in Jamf Pro. */
  webhookId: string | null;
  /** `duplicate`, or the effect: `hint`, `touch`, `profile`, `hold`, `none`, `unresolved`. */
  outcome: string;
  /** ID of the replayed event; `null` for an event that Jamf Pro sent. */
  replayOf: string | null;
  /** The redacted body; `null` for a duplicate, for a replay, and for a body that was too large to store. */
  body: string | null;
}

/** The event log: the latest webhooks. */
export interface EventLog {
  /** Returns at most `limit` events older than the event with ID `before`, newest first. */
  page(instance: string, query: { before?: string; limit: number }): Promise<readonly LoggedEvent[]>;
  /** Returns an event; `null` when it is unknown or was already removed. */
  get(instance: string, id: string): Promise<LoggedEvent | null>;
}

/** Redis key of the stream of admitted webhooks. */
export function eventsKey(key: Key, instance: string): string {
  return key(instance, 'events');
}

/**
 * Appends the ID of the replayed event to the webhook ID (`5@1700000000000-0`). A separate stream field would cost memory for every
 * event, although few are replays.
 */
export function replayMark(webhookId: string, replayOf: string | null): string {
  return replayOf === null ? webhookId : `${webhookId}@${replayOf}`;
}

const blankIsNull = z
  .string()
  .optional()
  .transform((text) => (text ? text : null));
const instant = blankIsNull.transform((text) => (text === null ? null : Number(text)));
const fieldsSchema = z.object({
  event: z.string(),
  at: instant,
  computer: blankIsNull,
  webhook: blankIsNull,
  outcome: z.string(),
  body: blankIsNull,
});

/** Creates the event log in Redis: a stream that the admission script appends to and trims. */
export function createEventLog({ redis, key }: { redis: Redis; key: Key }): EventLog {
  return {
    async page(instance, { before, limit }) {
      const from = before === undefined ? '+' : `(${before}`;
      const entries = await redis.xrevrange(eventsKey(key, instance), from, '-', 'COUNT', limit);
      return entries.map(read);
    },
    async get(instance, id) {
      const [entry] = await redis.xrange(eventsKey(key, instance), id, id);
      return entry ? read(entry) : null;
    },
  };
}

function read([id, flat]: [id: string, flat: string[]]): LoggedEvent {
  const { computer, webhook, ...rest } = fieldsSchema.parse(pairs(flat));
  const [webhookId, replayOf = null] = webhook?.split('@') ?? [];
  return {
    id,
    admittedAt: Number.parseInt(id, 10),
    computerId: computer,
    replayOf,
    webhookId: webhookId || null,
    ...rest,
  };
}

function pairs(flat: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) fields[flat[index] ?? ''] = flat[index + 1] ?? '';
  return fields;
}
