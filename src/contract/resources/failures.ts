import { z } from 'zod';
import { FAILURES } from '../../domain/redistribution/failure.js';
import { BLOCK_REASONS } from '../../domain/redistribution/record.js';
import { instant } from '../common.js';

const failedMac = z
  .object({
    id: z.string().describe('Id of the computer in Jamf Pro.'),
    serialNumber: z.string(),
    name: z.string(),
    redistributionId: z.string(),
    state: z.enum(['needs-human', 'retry']),
    since: instant,
  })
  .meta({ id: 'FailedComputer' });

const failureGroup = z
  .object({
    id: z.string().describe('The same for as long as the cause is the same.'),
    kind: z.enum(FAILURES),
    profile: z.string(),
    title: z.string().describe('The cause, for a person.'),
    said: z.string().describe("What Jamf or one of the Macs said; '' for nothing."),
    todo: z.string(),
    waiting: z.int().describe('Redistributions that need a person.'),
    retrying: z.int().describe('Redistributions that try again by themselves.'),
    latestAt: instant,
    computers: z.array(failedMac).describe('Those that need a person first.'),
  })
  .meta({ id: 'FailureGroup' });

const blockedGroup = z
  .object({
    reason: z.enum(BLOCK_REASONS),
    text: z.string().describe('What one of them says.'),
    count: z.int(),
    oldestAt: instant,
  })
  .meta({ id: 'BlockedGroup' });

/** What does not go forward, by cause. */
export const failuresAnswer = z
  .object({
    instance: z.string(),
    groups: z.array(failureGroup).describe('The largest first.'),
    blocked: z.array(blockedGroup).describe('What waits for something to pass; the largest first.'),
    complete: z.boolean().describe('False when there are more than one answer looks through.'),
  })
  .meta({ id: 'Failures' });
