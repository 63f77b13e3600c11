import { z } from 'zod';

/** An instant as every answer has it. */
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
  .describe('Name of the Jamf Pro server in the configuration. May be left out when there is only one.');

/** Name of a watched profile in a query. */
export const profileQuery = z
  .string()
  .min(1)
  .max(32)
  .optional()
  .describe('Name of the watched profile in the configuration. May be left out when there is only one.');

/** Where a page starts and how long it is. */
export const paging = {
  cursor: z.string().min(1).max(200).optional().describe('The `next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(500).default(50).describe('Most items on the page.'),
};

/** Why a person does what they do: kept in the audit trail, so it must say something. */
export const reason = z
  .string()
  .trim()
  .min(8, 'say why in at least 8 characters: it is kept in the audit trail')
  .max(500, 'say why in at most 500 characters')
  .describe('Why, for the audit trail.');

/** Id of a computer in Jamf Pro. */
export const computerId = z
  .string()
  .regex(/^\d{1,12}$/, 'is a number: the id of the computer in Jamf Pro')
  .describe('Id of the computer in Jamf Pro.');

/** Where the next page starts. */
export const next = z.string().nullable().describe('Cursor of the next page; null on the last.');
