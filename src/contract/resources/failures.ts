import { z } from 'zod';
import { FAILURES } from '../../domain/redistribution/failure.js';
import { BLOCK_REASONS } from '../../domain/redistribution/record.js';
import { instant } from '../common.js';

const failedMac = z
  .object({
    id: z.string().describe('ID of the computer in Jamf Pro.'),
    serialNumber: z.string(),
    name: z.string(),
    redistributionId: z.string(),
    state: z.enum(['needs-human', 'retry']),
    since: instant,
  })
  .meta({ id: 'FailedComputer' });

const failureGroup = z
  .object({
    id: z
      .string()
      .describe(
        'ID of the group. It depends only on the profile and the cause, so it stays the same between requests.',
      ),
    kind: z.enum(FAILURES),
    profile: z.string(),
    title: z.string().describe('The cause in a few words.'),
    said: z.string().describe("Error text from Jamf Pro or from one of the Macs; '' when there is no text."),
    todo: z.string(),
    waiting: z.int().describe('Number of redistributions that need attention.'),
    retrying: z.int().describe('Number of redistributions that are retried automatically.'),
    latestAt: instant,
    computers: z.array(failedMac).describe('The Macs of the group. Macs that need attention come first.'),
  })
  .meta({ id: 'FailureGroup' });

const blockedGroup = z
  .object({
    reason: z.enum(BLOCK_REASONS),
    text: z.string().describe('Why one of these redistributions is blocked, as text.'),
    count: z.int(),
    oldestAt: instant,
  })
  .meta({ id: 'BlockedGroup' });

/** Response of `GET /api/v1/failures`: failed and blocked redistributions, grouped by cause. */
export const failuresAnswer = z
  .object({
    instance: z.string(),
    groups: z.array(failureGroup).describe('Groups of failed redistributions, largest group first.'),
    blocked: z.array(blockedGroup).describe('Blocked redistributions by reason, largest group first.'),
    complete: z.boolean().describe('False when there are more failures than one response can include.'),
  })
  .meta({ id: 'Failures' });
