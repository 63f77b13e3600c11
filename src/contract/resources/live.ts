import { z } from 'zod';
import { parseDuration } from '../../config/values/duration.js';
import { liveChange } from '../live-change.js';

/** The longest time that a client may request in `for`. */
const LONGEST_MS = 24 * 3_600_000;

/** Query parameters of `GET /api/v1/live`, the stream of live changes. */
export const liveQuery = z.strictObject({
  for: z
    .string()
    .regex(/^\d{1,6}(ms|s|m|h)$/, 'must be a duration such as 30s or 5m')
    .refine((text) => parseDuration(text) <= LONGEST_MS, 'must be at most 24h')
    .optional()
    .describe(
      'Close the connection after this time, such as 30s (for scripts). If it is omitted, the connection stays open.',
    ),
});

/** The data of an event of type `change` on the live stream. */
export const liveChanges = z.object({ changes: z.array(liveChange) });

/** Response of `GET /api/v1/live`: server-sent events as text. */
export const liveEvents = z
  .string()
  .describe(
    'Server-sent events. `change` (data: `{ changes: [{ topic, instance, id?, computerId?, state? }] }`): the listed objects have changed; read them again. `reload`: read all data again; sent at the start of a new connection, and when changes may have been missed. `signed-out`: the session or token is no longer valid and the connection ends. A comment is sent every 15 seconds as a heartbeat.',
  );
