import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from './keys.js';

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
  /** `duplicate`, or what was done: `hint`, `touch`, `hold`, `none`, `unresolved`. */
  outcome: string;
  /** What Jamf sent, secrets removed; `null` for a duplicate and for a body too large to be kept. */
  body: string | null;
}

/** What Jamf Pro sent of late. */
export interface EventLog {
  /** At most `limit` events older than the one with id `before`, newest first. */
  page(instance: string, query: { before?: string; limit: number }): Promise<readonly LoggedEvent[]>;
}

/** Stream of admitted webhooks. */
export function eventsKey(key: Key, instance: string): string {
  return key(instance, 'events');
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
      return entries.map(([id, flat]) => {
        const { computer, webhook, ...rest } = fieldsSchema.parse(pairs(flat));
        return { id, admittedAt: Number.parseInt(id, 10), computerId: computer, webhookId: webhook, ...rest };
      });
    },
  };
}

function pairs(flat: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) fields[flat[index] ?? ''] = flat[index + 1] ?? '';
  return fields;
}
