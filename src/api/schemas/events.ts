import { z } from 'zod';
import { computerId, instant, instantOrNull, instanceQuery, next, paging } from './common.js';

/** Which webhooks to show. */
export const eventsQuery = z.strictObject({
  instance: instanceQuery,
  event: z.string().min(1).max(100).optional().describe('Name of the event, such as ComputerCheckIn.'),
  computer: computerId.optional(),
  outcome: z
    .string()
    .min(1)
    .max(32)
    .optional()
    .describe('What was done: hint, touch, hold, none, unresolved or duplicate.'),
  since: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe('Only what was admitted at or after this instant, milliseconds since 1970.'),
  ...paging,
  cursor: z
    .string()
    .regex(/^\d{1,16}-\d{1,16}$/, 'is the `next` of a page before')
    .optional()
    .describe('The `next` of the page before.'),
});

const event = z
  .object({
    id: z.string().describe('Sorts by time.'),
    admittedAt: instant,
    event: z.string(),
    at: instantOrNull.describe('When it happened, as Jamf says.'),
    computerId: z.string().nullable().describe('Id of the computer in Jamf Pro; null when it is about none.'),
    webhookId: z.string().nullable().describe('Id of the webhook in Jamf Pro that sent it.'),
    outcome: z
      .string()
      .describe(
        'hint: somebody looks at the Mac. touch: its contact is noted. duplicate: it had come before. hold, none, unresolved: see docs/webhooks.md.',
      ),
  })
  .meta({ id: 'Event' });

/** A page of webhooks. */
export const eventPage = z.object({ events: z.array(event), next }).meta({ id: 'EventPage' });
