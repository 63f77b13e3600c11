import { z } from 'zod';

/** Schema of a point in time in a response. */
export const instant = z.int().meta({ description: 'Milliseconds since 1970, UTC.' });

/** Schema of a point in time that may be unknown. */
export const instantOrNull = z
  .int()
  .nullable()
  .meta({ description: 'Milliseconds since 1970, UTC; null when the time is unknown.' });

/** Query parameter that selects a Jamf Pro server. */
export const instanceQuery = z
  .string()
  .min(1)
  .max(32)
  .optional()
  .describe('Name of the Jamf Pro server in the configuration. Optional if there is only one.');

/** Query parameter that selects a watched profile. */
export const profileQuery = z
  .string()
  .min(1)
  .max(32)
  .optional()
  .describe('Name of the watched profile in the configuration. Optional if there is only one.');

/** Query parameters of endpoints that return a list in pages. */
export const paging = {
  cursor: z.string().min(1).max(200).optional().describe('The value of `next` in the previous page.'),
  limit: z.coerce.number().int().min(1).max(500).default(50).describe('Maximum number of items on the page.'),
};

/** The reason that a user must give for an action. It is recorded in the audit log. */
export const reason = z
  .string()
  .trim()
  .min(8, 'give a reason of at least 8 characters; the audit log records it')
  .max(500, 'give a reason of at most 500 characters')
  .describe('Reason for the action, recorded in the audit log.');

/** Path parameter: ID of a configuration profile in Jamf Pro. */
export const profileId = z
  .string()
  .regex(/^\d{1,12}$/, 'must be a number: the ID of the configuration profile in Jamf Pro')
  .describe('ID of the configuration profile in Jamf Pro.');

export const computerId = z
  .string()
  .regex(/^\d{1,12}$/, 'must be a number: the ID of the computer in Jamf Pro')
  .describe('ID of the computer in Jamf Pro.');

/** Field of a response that returns a list in pages. */
export const next = z.string().nullable().describe('Cursor of the next page; null on the last page.');

/** Field of a response that returns a list: the stored records that could not be read and are missing from the list. */
export const unreadable = z
  .array(z.string())
  .default([])
  .describe(
    'Stored records that this version of Recert could not read, which are therefore missing from the list, such as `redistribution 3f9c1a2b`. Newer versions write other formats.',
  );
