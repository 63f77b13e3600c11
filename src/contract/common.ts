import { z } from 'zod';

/** An instant in a response. */
export const instant = z.int().meta({ description: 'Milliseconds since 1970, UTC.' });

/** An instant that may be unknown. */
export const instantOrNull = z
  .int()
  .nullable()
  .meta({ description: 'Milliseconds since 1970, UTC; null when unknown.' });

/** Name of a Jamf Pro server in a query. */
export const instanceQuery = z
  .string()
  .min(1)
  .max(32)
  .optional()
  .describe('Name of the Jamf Pro server in the configuration. Optional if there is only one.');

/** Name of a watched profile in a query. */
export const profileQuery = z
  .string()
  .min(1)
  .max(32)
  .optional()
  .describe('Name of the watched profile in the configuration. Optional if there is only one.');

/** Query parameters of a paged list. */
export const paging = {
  cursor: z.string().min(1).max(200).optional().describe('The `next` of the previous page.'),
  limit: z.coerce.number().int().min(1).max(500).default(50).describe('Maximum number of items on the page.'),
};

/** The reason of an action, for the audit log. */
export const reason = z
  .string()
  .trim()
  .min(8, 'give a reason of at least 8 characters: it is recorded in the audit log')
  .max(500, 'give a reason of at most 500 characters')
  .describe('Reason, recorded in the audit log.');

/** The ID of a computer in Jamf Pro. */
export const computerId = z
  .string()
  .regex(/^\d{1,12}$/, 'must be a number: the ID of the computer in Jamf Pro')
  .describe('ID of the computer in Jamf Pro.');

/** The cursor of the next page. */
export const next = z.string().nullable().describe('Cursor of the next page; null on the last page.');
