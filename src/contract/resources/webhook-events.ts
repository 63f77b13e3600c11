import { z } from 'zod';
import { computerId, instant, instantOrNull, instanceQuery, next, paging, reason } from '../common.js';

/** The ID of an event in the webhook log, which is the ID of a Redis stream entry. */
const eventId = z
  .string()
  .regex(/^\d{1,16}-\d{1,16}$/, 'must be the ID of an event, such as 1780529995879-0')
  .describe('ID of the event in the log.');

/** Path parameters of an event. */
export const byEventId = z.strictObject({ id: eventId });

const filter = {
  event: z.string().min(1).max(100).optional().describe('Name of the event, such as ComputerCheckIn.'),
  computer: computerId.optional(),
  serialNumber: z
    .string()
    .trim()
    .min(4)
    .max(64)
    .optional()
    .describe(
      'Exact serial number of the Mac. Also matches unresolved events: they arrived while the Mac was unknown.',
    ),
  outcome: z
    .string()
    .min(1)
    .max(32)
    .optional()
    .describe('Outcome: hint, touch, profile, hold, none, unresolved or duplicate.'),
};

const since = 'Only events received at or after this instant, milliseconds since 1970.';
const until = 'Only events received at or before this instant, milliseconds since 1970.';
const instantInQuery = z.coerce.number().int().min(0).max(1e14);

/** Query parameters of the list of webhooks. */
export const eventsQuery = z.strictObject({
  instance: instanceQuery,
  ...filter,
  since: instantInQuery.optional().describe(since),
  until: instantInQuery.optional().describe(until),
  ...paging,
  cursor: eventId.optional().describe('The `next` of the previous page.'),
});

const summary = {
  id: z.string().describe('Sorts by time.'),
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
      'hint: an assessment of the Mac is queued. touch: a check-in is recorded. profile: a watched profile is read again. hold: a hold (cool-down) starts. none: ignored. unresolved: unknown Mac. duplicate: received before. See docs/webhooks.md.',
    ),
  replayOf: z
    .string()
    .nullable()
    .describe('ID of the event that this event replays; null when Jamf Pro sent the event.'),
};

/** A page of webhooks. */
export const eventPage = z
  .object({ events: z.array(z.object(summary).meta({ id: 'Event' })), next })
  .meta({ id: 'EventPage' });

/** One webhook with its body. */
export const eventDetail = z
  .object({
    ...summary,
    body: z
      .string()
      .nullable()
      .describe('The body that Jamf Pro sent, JSON or XML, secrets hidden; null when it is not stored.'),
    noBody: z
      .enum(['duplicate', 'replay', 'too-large'])
      .nullable()
      .describe('Why the body is not stored; null when it is.'),
    note: z
      .string()
      .nullable()
      .describe('Why the event cannot be replayed and what to do; null when it can.'),
  })
  .meta({ id: 'EventDetail' });

/** Request to replay one event. */
export const replayRequest = z
  .strictObject({ reason, instance: instanceQuery })
  .meta({ id: 'ReplayRequest' });

const effect = z
  .enum(['hint', 'touch', 'profile', 'hold', 'none', 'unresolved'])
  .describe('Effect of the event, as in the log.');

/** The result of replaying one event. */
export const replayAnswer = z
  .object({
    replayOf: z.string(),
    event: z.string(),
    effect,
    computers: z.int().describe('Number of affected Macs.'),
  })
  .meta({ id: 'ReplayAnswer' });

/** Maximum number of events that one request may replay. */
const MOST_EVENTS = 10_000;

/** Request to replay all events that match. */
export const replayAllRequest = z
  .strictObject({
    reason,
    instance: instanceQuery,
    ...filter,
    since: z.int().min(0).max(1e14).optional().describe(since),
    until: z.int().min(0).max(1e14).optional().describe(until),
    dryRun: z.boolean().default(false).describe('Only return the counts; change nothing.'),
    most: z
      .int()
      .min(1)
      .max(MOST_EVENTS)
      .default(1_000)
      .describe('If more events than this match, nothing is replayed.'),
  })
  .refine(
    ({ event, computer, serialNumber, outcome, since: from, until: to }) =>
      [event, computer, serialNumber, outcome, from, to].some((value) => value !== undefined),
    'set at least one filter: event, computer, serialNumber, outcome, since or until',
  )
  .meta({ id: 'ReplayAllRequest' });

/** The result of replaying all events that match. */
export const replayAllAnswer = z
  .object({
    dryRun: z.boolean(),
    until: instant.describe(
      'Events received after this instant are not included. Send this value after a dry run.',
    ),
    replayable: z.int().describe('Number of matching events that can be replayed.'),
    notKept: z
      .int()
      .describe('Number of matching events that cannot be replayed because their body exceeded 64 KB.'),
    computers: z.int().describe('Number of Macs that the events are about, without smart-group changes.'),
    replayed: z.int().describe('0 in a dry run.'),
    notUnderstood: z
      .int()
      .describe('Number of events that this version does not support; they had no effect.'),
    effects: z.partialRecord(effect, z.int()).describe('Number of events by effect.'),
  })
  .meta({ id: 'ReplayAllAnswer' });
