import { z } from 'zod';
import {
  computerId,
  instant,
  instantOrNull,
  instanceQuery,
  next,
  paging,
  reason,
  unreadable,
} from '../common.js';

/** The ID of an event in the event log, which is the ID of a Redis stream entry. */
const eventId = z
  .string()
  .regex(/^\d{1,16}-\d{1,16}$/, 'must be the ID of an event, such as 1780529995879-0')
  .describe('ID of the event in the event log.');

export const byEventId = z.strictObject({ id: eventId });

const filter = {
  event: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Name of the Jamf Pro event, such as ComputerCheckIn.'),
  computer: computerId.optional(),
  serialNumber: z
    .string()
    .trim()
    .min(4)
    .max(64)
    .optional()
    .describe('Exact serial number of the Mac. Also finds events that arrived before Recert knew the Mac.'),
  outcome: z
    .string()
    .min(1)
    .max(32)
    .optional()
    .describe(
      'Effect of the event: hint, touch, profile, hold, none, unresolved or duplicate. See docs/webhooks.md.',
    ),
};

const since = 'Only events received at or after this instant, milliseconds since 1970.';
const until = 'Only events received at or before this instant, milliseconds since 1970.';
const instantInQuery = z.coerce.number().int().min(0).max(1e14);

/** Query parameters of the list of received webhooks. */
export const eventsQuery = z.strictObject({
  instance: instanceQuery,
  ...filter,
  since: instantInQuery.optional().describe(since),
  until: instantInQuery.optional().describe(until),
  ...paging,
  cursor: eventId.optional().describe('The value of `next` in the previous page.'),
});

const summary = {
  id: z
    .string()
    .describe('ID of the event in the event log. The IDs are in the order in which the events arrived.'),
  admittedAt: instant,
  event: z.string(),
  at: instantOrNull.describe('Time of the event according to Jamf Pro.'),
  computerId: z
    .string()
    .nullable()
    .describe('ID of the computer in Jamf Pro; null when the event is not about a computer.'),
  webhookId: z.string().nullable().describe('ID of the webhook in Jamf Pro that sent the event.'),
  outcome: z
    .string()
    .describe(
      'Effect of the event. hint: an assessment of the Mac is queued. touch: a check-in is recorded. profile: a watched profile is read again. hold: a hold (cool-down) starts. none: the event is ignored. unresolved: the Mac is unknown. duplicate: the event was received before. See docs/webhooks.md.',
    ),
  replayOf: z
    .string()
    .nullable()
    .describe('ID of the event that this event replays; null when Jamf Pro sent the event.'),
};

/** A page of received webhooks, without their bodies. */
export const eventPage = z
  .object({ events: z.array(z.object(summary).meta({ id: 'Event' })), next, unreadable })
  .meta({ id: 'EventPage' });

/** One received webhook with its body. */
export const eventDetail = z
  .object({
    ...summary,
    body: z
      .string()
      .nullable()
      .describe('The body that Jamf Pro sent, JSON or XML, with secrets hidden; null when it is not stored.'),
    noBody: z
      .enum(['duplicate', 'replay', 'too-large'])
      .nullable()
      .describe('Why the body is not stored; null when it is stored.'),
    note: z
      .string()
      .nullable()
      .describe('Why the event cannot be replayed, and what to do; null when it can be replayed.'),
  })
  .meta({ id: 'EventDetail' });

/** Body of the request that replays one received webhook. */
export const replayRequest = z
  .strictObject({ reason, instance: instanceQuery })
  .meta({ id: 'ReplayRequest' });

const effect = z
  .enum(['hint', 'touch', 'profile', 'hold', 'none', 'unresolved'])
  .describe('Effect of the replayed event; the values are those of the event log.');

/** Response of the request that replays one received webhook. */
export const replayAnswer = z
  .object({
    replayOf: z.string(),
    event: z.string(),
    effect,
    computers: z.int().describe('Number of Macs that the event affected.'),
  })
  .meta({ id: 'ReplayAnswer' });

/** Maximum number of events that one request may replay. */
const MOST_EVENTS = 10_000;

/** Body of the request that replays all received webhooks that match the filters. */
export const replayAllRequest = z
  .strictObject({
    reason,
    instance: instanceQuery,
    ...filter,
    since: z.int().min(0).max(1e14).optional().describe(since),
    until: z.int().min(0).max(1e14).optional().describe(until),
    dryRun: z.boolean().default(false).describe('Only return the numbers; change nothing.'),
    most: z
      .int()
      .min(1)
      .max(MOST_EVENTS)
      .default(1_000)
      .describe('Maximum number of events. If more events match, nothing is replayed.'),
  })
  .refine(
    ({ event, computer, serialNumber, outcome, since: from, until: to }) =>
      [event, computer, serialNumber, outcome, from, to].some((value) => value !== undefined),
    'set at least one filter: event, computer, serialNumber, outcome, since or until',
  )
  .meta({ id: 'ReplayAllRequest' });

/** Response of the request that replays all received webhooks that match the filters. */
export const replayAllAnswer = z
  .object({
    dryRun: z.boolean(),
    until: instant.describe(
      'Events that were received after this time are not included. Send this value as `until` in the request that follows the dry run.',
    ),
    replayable: z.int().describe('Number of matching events that can be replayed.'),
    notKept: z
      .int()
      .describe('Number of matching events that cannot be replayed because their body exceeded 64 KB.'),
    computers: z
      .int()
      .describe('Number of Macs that the matching events concern. Smart-group changes are not counted.'),
    replayed: z.int().describe('Number of replayed events; 0 in a dry run.'),
    notUnderstood: z
      .int()
      .describe('Number of replayed events that had no effect, because this version does not support them.'),
    effects: z.partialRecord(effect, z.int()).describe('Number of replayed events by effect.'),
  })
  .meta({ id: 'ReplayAllAnswer' });
