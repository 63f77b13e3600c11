import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';

/** A webhook as it is kept for a look: the newest ones of each Jamf Pro server, in the order in which they were admitted. */
export interface LoggedEvent {
  /** Id in the log; sorts by time. */
  id: string;
  /** When it was admitted, epoch milliseconds. */
  admittedAt: number;
  /** Name of the event, in the spelling of Jamf's documentation when it is a known one. */
  event: string;
  /** When it happened, as Jamf says. */
  at: number | null;
  computerId: string | null;
  /** Id of the webhook object in Jamf. */
  webhookId: string | null;
  /** `duplicate`, or what was done: `hint`, `touch`, `profile`, `hold`, `none`, `unresolved`. */
  outcome: string;
  /** Id of the event that this is a replay of; `null` for what Jamf sent. */
  replayOf: string | null;
  /** What Jamf sent, secrets removed; `null` for a duplicate, for a replay and for a body too large to be kept. */
  body: string | null;
}

/** What Jamf Pro sent of late. */
export interface EventLog {
  /** At most `limit` events older than the one with id `before`, newest first. */
  page(instance: string, query: { before?: string; limit: number }): Promise<readonly LoggedEvent[]>;
  /** `null` when it was never there, or is no longer kept. */
  get(instance: string, id: string): Promise<LoggedEvent | null>;
}

/** Stream of admitted webhooks. */
export function eventsKey(key: Key, instance: string): string {
  return key(instance, 'events');
}

/**
 * How the log says that an event is a replay: behind the id of the webhook object, which is a number. Not a field of its own: nearly no
 * event has it, and every field of a stream costs every event.
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

/** The event log in Redis: a stream that the admission script appends to and cuts. */
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
