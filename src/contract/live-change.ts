import { z } from 'zod';

/** What a change is about: a page that shows this reads it again. */
const LIVE_TOPICS = [
  'redistributions',
  'computers',
  'overview',
  'profiles',
  'webhooks',
  'audit',
  'incidents',
  'everything',
  'credentials',
] as const;

/**
 * Something that is not as it was. It says what to read again and not what it is now, so that a lost one makes a page late and never
 * wrong, and so that nobody is told what they may not read.
 */
export const liveChange = z.object({
  topic: z.enum(LIVE_TOPICS),
  instance: z.string().nullable().describe('Name of the Jamf Pro server; null when it is about all of them.'),
  id: z.string().optional().describe('Id of the redistribution.'),
  computerId: z.string().optional().describe('Id of the computer in Jamf Pro.'),
  state: z.string().optional().describe('State that the redistribution has come to.'),
});

/** One of them. */
export type LiveChange = z.output<typeof liveChange>;
