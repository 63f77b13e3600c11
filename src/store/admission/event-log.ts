import { z } from 'zod';
import { type ReportUnreadable, storedFormat } from '../../json/stored.js';
import type { Key } from '../redis/keys.js';
import { type StoreAccess, unreported } from '../redis/unreadable.js';

/**
 * An entry of the event log. The log contains the latest webhooks of each Jamf Pro server in the order in which
 * they were admitted.
 */
export interface LoggedEvent {
  /** ID of the entry. Later entries have greater IDs. */
  id: string;
  /** Time at which the webhook was admitted, epoch milliseconds. */
  admittedAt: number;
  /** Name of the event. If Jamf documents the event, the name is in the documented spelling. */
  event: string;
  /** Time of the event according to Jamf Pro, epoch milliseconds. */
  at: number | null;
  computerId: string | null;
  /** ID in Jamf Pro of the webhook that sent the event. */
  webhookId: string | null;
  /**
   * `duplicate`, or the effect of the event: `hint`, `touch`, `profile`, `hold`, `none`, `unresolved` (see
   * docs/webhooks.md).
   */
  outcome: string;
  /** ID of the event that this event replays; `null` for an event that Jamf Pro sent. */
  replayOf: string | null;
  /** The body without secrets; `null` for a duplicate, for a replay, and for a body that was too large to store. */
  body: string | null;
}

/** Reads the event log, which contains the latest webhooks. */
export interface EventLog {
  /** Returns at most `limit` events that are older than the event with the ID `before`, newest first. */
  page(instance: string, query: { before?: string; limit: number }): Promise<readonly LoggedEvent[]>;
  /** Returns an event; `null` when it is unknown or has already been removed from the log. */
  get(instance: string, id: string): Promise<LoggedEvent | null>;
}

/** Returns the key of the Redis stream with the admitted webhooks of a Jamf Pro server. */
export function eventsKey(key: Key, instance: string): string {
  return key(instance, 'events');
}

/**
 * Appends the ID of the replayed event to the ID of the webhook (`5@1700000000000-0`). A separate field in the
 * stream would take memory for every event, although few events are replays.
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

const format = storedFormat('event', fieldsSchema);

/** Creates the reader of the event log, a Redis stream. The script that admits webhooks appends to the stream and trims it. */
export function createEventLog({ redis, key, report = unreported }: StoreAccess): EventLog {
  const read = (entry: [id: string, flat: string[]]) => readEvent(entry, report);
  return {
    async page(instance, { before, limit }) {
      const from = before === undefined ? '+' : `(${before}`;
      const entries = await redis.xrevrange(eventsKey(key, instance), from, '-', 'COUNT', limit);
      return entries.flatMap((entry) => read(entry) ?? []);
    },
    async get(instance, id) {
      const [entry] = await redis.xrange(eventsKey(key, instance), id, id);
      return entry ? read(entry) : null;
    },
  };
}

function readEvent([id, flat]: [id: string, flat: string[]], report: ReportUnreadable): LoggedEvent | null {
  const fields = format.tryDecode(pairs(flat), id, report);
  if (fields === null) return null;
  const { computer, webhook, ...rest } = fields;
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
