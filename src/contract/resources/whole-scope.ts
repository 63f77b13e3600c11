import { z } from 'zod';
import { instantOrNull, reason } from '../common.js';

/** What an administrator asks for. */
export const wholeScopeRequest = z
  .strictObject({
    reason,
    profileName: z
      .string()
      .max(255)
      .default('')
      .describe('The name of the profile in Jamf Pro, typed as it stands there.'),
    computers: z.int().min(0).default(0).describe('The number of Macs that the dry run has told, typed.'),
    dryRun: z.boolean().default(false).describe('Show what it would do; change nothing.'),
  })
  .meta({ id: 'WholeScopeRequest' });

/** What it would do, or has done. */
export const wholeScopeAnswer = z
  .object({
    dryRun: z.boolean(),
    instance: z.string(),
    profile: z.string().describe('Name of the watched profile in the configuration.'),
    id: z.string().describe('Id of the profile in Jamf Pro.'),
    half: z.enum(['blue', 'green']),
    title: z.string().describe('Name of the profile in Jamf Pro.'),
    computers: z.int().describe('Managed Macs in scope: so many certificates are issued at once.'),
    needing: z.int().describe('Of these: due, overdue or expired.'),
    unneeded: z.int().describe('Of these: healthy, who get another certificate for nothing.'),
    unknown: z.int().describe('Of these: nothing is known of their certificate.'),
    hourlyCap: z.int(),
    atCapMs: z
      .int()
      .describe('How long the hourly cap would spread them. Jamf does not: it sends to all at once.'),
    lastAt: instantOrNull.describe('When it was last done for this profile.'),
    refusal: z.string().nullable().describe('Why it may not be done now; null when it may.'),
  })
  .meta({ id: 'WholeScope' });
