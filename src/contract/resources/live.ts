import { z } from 'zod';
import { parseDuration } from '../../config/values/duration.js';
import { liveChange } from '../live-change.js';

/** Longest that one connection may be asked to last. */
const LONGEST_MS = 24 * 3_600_000;

/** How long to listen. */
export const liveQuery = z.strictObject({
  for: z
    .string()
    .regex(/^\d{1,6}(ms|s|m|h)$/, 'write a duration like 30s or 5m')
    .refine((text) => parseDuration(text) <= LONGEST_MS, 'ask for at most 24h')
    .optional()
    .describe('End after this time, such as 30s: for scripts. Without it the connection stays.'),
});

/** Data of the event `change`. */
export const liveChanges = z.object({ changes: z.array(liveChange) });

/** What is sent: server-sent events as text. */
export const liveEvents = z
  .string()
  .describe(
    'Server-sent events. `change` (data: `{ changes: [{ topic, instance, id?, computerId?, state? }] }`) says what is not as it was; read that again. `reload`: read everything again; it comes first, and when changes were missed. `signed-out`: the session or token is no longer good, the connection ends. A comment comes every 15 seconds.',
  );
