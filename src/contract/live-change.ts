import { z } from 'zod';

/** Topic of a change. Pages that show it reload their data. */
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
 * A change notification. It names what to reload and contains no data, so that a lost notification only delays a page, and no user
 * receives data without permission.
 */
export const liveChange = z.object({
  topic: z.enum(LIVE_TOPICS),
  instance: z.string().nullable().describe('Name of the Jamf Pro server; null for all servers.'),
  id: z.string().optional().describe('ID of the redistribution.'),
  computerId: z.string().optional().describe('ID of the computer in Jamf Pro.'),
  state: z.string().optional().describe('New state of the redistribution.'),
});

/** A change notification. */
export type LiveChange = z.output<typeof liveChange>;
