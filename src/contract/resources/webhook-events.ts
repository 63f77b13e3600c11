import { z } from 'zod';
import { computerId, instant, instantOrNull, instanceQuery, next, paging, reason } from '../common.js';

/** Id of an event in the log: that of an entry in a Redis stream. */
const eventId = z
  .string()
  .regex(/^\d{1,16}-\d{1,16}$/, 'is an id of an event, such as 1780529995879-0')
  .describe('Id of the event in the log.');

/** Which event. */
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
    .describe('Exact serial number of the Mac; also what came for it while it was not known (unresolved).'),
  outcome: z
    .string()
    .min(1)
    .max(32)
    .optional()
    .describe('What was done: hint, touch, profile, hold, none, unresolved or duplicate.'),
};

const since = 'Only what was admitted at or after this instant, milliseconds since 1970.';
const until = 'Only what was admitted at or before this instant, milliseconds since 1970.';
const instantInQuery = z.coerce.number().int().min(0).max(1e14);

/** Which webhooks to show. */
export const eventsQuery = z.strictObject({
  instance: instanceQuery,
  ...filter,
  since: instantInQuery.optional().describe(since),
  until: instantInQuery.optional().describe(until),
  ...paging,
  cursor: eventId.optional().describe('The `next` of the page before.'),
});

const summary = {
  id: z.string().describe('Sorts by time.'),
  admittedAt: instant,
  event: z.string(),
  at: instantOrNull.describe('When it happened, as Jamf says.'),
  computerId: z.string().nullable().describe('Id of the computer in Jamf Pro; null when it is about none.'),
  webhookId: z.string().nullable().describe('Id of the webhook in Jamf Pro that sent it.'),
  outcome: z
    .string()
    .describe(
      'hint: somebody looks at the Mac. touch: its contact is noted. profile: a watched profile is read again. duplicate: it had come before. hold, none, unresolved: see docs/webhooks.md.',
    ),
  replayOf: z
    .string()
    .nullable()
    .describe('Id of the event that this is a replay of; null for what Jamf sent.'),
};

/** A page of webhooks. */
export const eventPage = z
  .object({ events: z.array(z.object(summary).meta({ id: 'Event' })), next })
  .meta({ id: 'EventPage' });

/** One webhook with what was sent. */
export const eventDetail = z
  .object({
    ...summary,
    body: z
      .string()
      .nullable()
      .describe('What Jamf sent, JSON or XML, secrets hidden; null when it is not kept.'),
    noBody: z
      .enum(['duplicate', 'replay', 'too-large'])
      .nullable()
      .describe('Why the body is not kept; null when it is.'),
    note: z
      .string()
      .nullable()
      .describe('The same for a person: why it cannot be replayed and what to do; null when it can.'),
  })
  .meta({ id: 'EventDetail' });

/** Why one event is replayed. */
export const replayRequest = z
  .strictObject({ reason, instance: instanceQuery })
  .meta({ id: 'ReplayRequest' });

const effect = z
  .enum(['hint', 'touch', 'profile', 'hold', 'none', 'unresolved'])
  .describe('What is done: as in the log.');

/** What became of one event. */
export const replayAnswer = z
  .object({
    replayOf: z.string(),
    event: z.string(),
    effect,
    computers: z.int().describe('On how many Macs.'),
  })
  .meta({ id: 'ReplayAnswer' });

/** Most events that one request replays. */
const MOST_EVENTS = 10_000;

/** Which events are replayed, and why. */
export const replayAllRequest = z
  .strictObject({
    reason,
    instance: instanceQuery,
    ...filter,
    since: z.int().min(0).max(1e14).optional().describe(since),
    until: z.int().min(0).max(1e14).optional().describe(until),
    dryRun: z.boolean().default(false).describe('Say how many it would be; change nothing.'),
    most: z
      .int()
      .min(1)
      .max(MOST_EVENTS)
      .default(1_000)
      .describe('When more match than this, nothing is replayed.'),
  })
  .refine(
    ({ event, computer, serialNumber, outcome, since: from, until: to }) =>
      [event, computer, serialNumber, outcome, from, to].some((one) => one !== undefined),
    'say which events: event, computer, serialNumber, outcome, since or until',
  )
  .meta({ id: 'ReplayAllRequest' });

/** What became of all that matched. */
export const replayAllAnswer = z
  .object({
    dryRun: z.boolean(),
    until: instant.describe('Only what was admitted up to then is meant: give it back after a dry run.'),
    replayable: z.int().describe('How many match and can be replayed.'),
    notKept: z.int().describe('How many match and cannot: their bodies were larger than 64 KB.'),
    computers: z.int().describe('How many Macs they are about, smart-group changes apart.'),
    replayed: z.int().describe('0 in a dry run.'),
    notUnderstood: z.int().describe('How many mean nothing to this version; nothing was done about them.'),
    effects: z.partialRecord(effect, z.int()).describe('How many had which effect.'),
  })
  .meta({ id: 'ReplayAllAnswer' });
