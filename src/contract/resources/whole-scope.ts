import { z } from 'zod';
import { instantOrNull, reason } from '../common.js';

/** Request to send a profile to its entire scope. */
export const wholeScopeRequest = z
  .strictObject({
    reason,
    profileName: z
      .string()
      .max(255)
      .default('')
      .describe('Confirmation: the exact name of the profile in Jamf Pro.'),
    computers: z
      .int()
      .min(0)
      .default(0)
      .describe('Confirmation: the number of Macs that the dry run returned.'),
    dryRun: z.boolean().default(false).describe('Only return a preview; change nothing.'),
  })
  .meta({ id: 'WholeScopeRequest' });

/** The preview or the result of sending a profile to its entire scope. */
export const wholeScopeAnswer = z
  .object({
    dryRun: z.boolean(),
    instance: z.string(),
    profile: z.string().describe('Name of the watched profile in the configuration.'),
    id: z.string().describe('ID of the profile in Jamf Pro.'),
    half: z.enum(['blue', 'green']),
    title: z.string().describe('Name of the profile in Jamf Pro.'),
    computers: z.int().describe('Managed Macs in scope. Each one requests a new certificate at once.'),
    needing: z.int().describe('Of these Macs: due, overdue or expired.'),
    unneeded: z.int().describe('Of these Macs: healthy, so that they do not need a new certificate.'),
    unknown: z.int().describe('Of these Macs: certificate status unknown.'),
    hourlyCap: z.int(),
    atCapMs: z
      .int()
      .describe(
        'How long these renewals would take at the rate limit. Jamf Pro does not apply it: it sends to all Macs at once.',
      ),
    lastAt: instantOrNull.describe('When this was last done for this profile.'),
    refusal: z.string().nullable().describe('Why this is not possible now; null when it is possible.'),
  })
  .meta({ id: 'WholeScope' });
