import { z } from 'zod';

/** Topics of live changes. A console page reloads its data when a topic changes that the page shows. */
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
 * Schema of a live change, which tells an open console page what to reload. It contains no data except IDs and a state,
 * so a lost live change only delays an update of the page, and no user receives data without permission.
 */
export const liveChange = z.object({
  topic: z.enum(LIVE_TOPICS),
  instance: z
    .string()
    .nullable()
    .describe('Name of the Jamf Pro server that the change concerns; null for all servers.'),
  id: z.string().optional().describe('ID of the redistribution.'),
  computerId: z.string().optional().describe('ID of the computer in Jamf Pro.'),
  state: z.string().optional().describe('New state of the redistribution.'),
});

export type LiveChange = z.output<typeof liveChange>;
