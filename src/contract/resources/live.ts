import { z } from 'zod';
import { parseDuration } from '../../config/values/duration.js';
import { liveChange } from '../live-change.js';

/** Maximum duration that a client may request. */
const LONGEST_MS = 24 * 3_600_000;

/** Query parameters of the event stream. */
export const liveQuery = z.strictObject({
  for: z
    .string()
    .regex(/^\d{1,6}(ms|s|m|h)$/, 'must be a duration such as 30s or 5m')
    .refine((text) => parseDuration(text) <= LONGEST_MS, 'must be at most 24h')
    .optional()
    .describe('Close the connection after this time, such as 30s (for scripts). Default: it stays open.'),
});

/** The data of a `change` event. */
export const liveChanges = z.object({ changes: z.array(liveChange) });

/** The response: server-sent events as text. */
export const liveEvents = z
  .string()
  .describe(
    'Server-sent events. `change` (data: `{ changes: [{ topic, instance, id?, computerId?, state? }] }`): the listed objects have changed; read them again. `reload`: read all data again; sent at the start of a new connection, and when changes may have been missed. `signed-out`: the session or token is no longer valid and the connection ends. A comment is sent every 15 seconds as a heartbeat.',
  );
