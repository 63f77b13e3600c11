import { z } from 'zod';

/** What changed. A console page reloads its data when it shows a topic that changed. */
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
 * Tells an open console page what to reload. The notification contains no data, so a lost notification only delays
 * the page, and no user receives data without permission.
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
