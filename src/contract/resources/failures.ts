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
    id: z.string().describe('Stable ID of the group: it depends only on the profile and the cause.'),
    kind: z.enum(FAILURES),
    profile: z.string(),
    title: z.string().describe('The cause in a few words.'),
    said: z.string().describe("Error text from Jamf Pro or from one of the Macs; '' without one."),
    todo: z.string(),
    waiting: z.int().describe('Redistributions that need attention.'),
    retrying: z.int().describe('Redistributions that are retried automatically.'),
    latestAt: instant,
    computers: z.array(failedMac).describe('Macs that need attention first.'),
  })
  .meta({ id: 'FailureGroup' });

const blockedGroup = z
  .object({
    reason: z.enum(BLOCK_REASONS),
    text: z.string().describe('Text of one of these redistributions.'),
    count: z.int(),
    oldestAt: instant,
  })
  .meta({ id: 'BlockedGroup' });

/** Failed and blocked redistributions, grouped by cause. */
export const failuresAnswer = z
  .object({
    instance: z.string(),
    groups: z.array(failureGroup).describe('Largest group first.'),
    blocked: z.array(blockedGroup).describe('Blocked redistributions by reason, largest group first.'),
    complete: z.boolean().describe('False when there are more failures than one response can include.'),
  })
  .meta({ id: 'Failures' });
