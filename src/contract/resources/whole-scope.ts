import { z } from 'zod';
import { instantOrNull, reason } from '../common.js';

/** Body of `POST /api/v1/profiles/{id}/whole-scope`, which sends a profile to every Mac in its scope. */
export const wholeScopeRequest = z
  .strictObject({
    reason,
    profileName: z
      .string()
      .max(255)
      .default('')
      .describe('Confirmation of the profile: its exact name in Jamf Pro.'),
    computers: z
      .int()
      .min(0)
      .default(0)
      .describe('Confirmation of the number of Macs: the value that the dry run returned.'),
    dryRun: z.boolean().default(false).describe('Only return a preview; change nothing.'),
  })
  .meta({ id: 'WholeScopeRequest' });

/** Response of `POST /api/v1/profiles/{id}/whole-scope`, with or without `dryRun`. */
export const wholeScopeAnswer = z
  .object({
    dryRun: z.boolean(),
    instance: z.string(),
    profile: z.string().describe('Name of the watched profile in the configuration.'),
    id: z.string().describe('ID of the profile in Jamf Pro.'),
    half: z
      .enum(['blue', 'green'])
      .nullable()
      .describe('Null when the watched profile has only one profile.'),
    title: z.string().describe('Name of the profile in Jamf Pro.'),
    computers: z
      .int()
      .describe('Number of managed Macs in scope. Each of them requests a new certificate immediately.'),
    needing: z.int().describe('Of these Macs, the number whose certificate is due, overdue or expired.'),
    unneeded: z
      .int()
      .describe('Of these Macs, the number whose certificate is healthy and does not need to be renewed.'),
    unknown: z.int().describe('Of these Macs, the number whose certificate status is unknown.'),
    hourlyCap: z.int(),
    atCapMs: z
      .int()
      .describe(
        'How long these renewals would take with the rate limit of Recert. Jamf Pro does not apply the rate limit: it sends the profile to all Macs at once.',
      ),
    lastAt: instantOrNull.describe(
      'When this profile was last sent to its entire scope; null if it was never sent.',
    ),
    refusal: z.string().nullable().describe('Why the profile cannot be sent now; null when it can be sent.'),
  })
  .meta({ id: 'WholeScope' });
