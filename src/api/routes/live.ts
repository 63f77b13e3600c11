import { parseDuration } from '../../config/values/duration.js';
import { authenticate } from '../auth/authenticate.js';
import { noBody, nothing } from '../http/check-request.js';
import { serveLive } from '../live/connection.js';
import { Problem } from '../../contract/problem.js';
import { defineRoute } from '../server/route.js';
import { liveEvents, liveQuery } from '../../contract/resources/live.js';

const BATCH_ID = /^\d{1,15}-\d{1,10}$/u;
/** Maximum number of live connections per receiver. A browser has one connection for each visible page of the console. */
const MAX_CLIENTS = 500;

/** Route for the stream of live changes (server-sent events). */
export const liveRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/live',
    role: 'viewer',
    summary: 'Live changes as server-sent events',
    description:
      'Events name the objects that have changed and do not contain their data. A client that reconnects with `Last-Event-ID`, as browsers do automatically, receives the events that it missed.',
    params: nothing,
    query: liveQuery,
    body: noBody,
    answer: liveEvents,
    statuses: [200],
    produces: 'text/event-stream',
    handle: ({ query, sender }, services) => {
      const { live, config } = services;
      if (live.size >= MAX_CLIENTS)
        throw new Problem(
          'too-many-streams',
          `This receiver already has ${MAX_CLIENTS} live connections. The console also works without a live connection: it then polls.`,
          {},
          { 'Retry-After': '30' },
        );
      const seen = sender.headers['last-event-id'];
      return Promise.resolve({
        body: '',
        stream: (response) =>
          serveLive(response, {
            hub: live,
            after: typeof seen === 'string' && BATCH_ID.test(seen) ? seen : null,
            mayHear: (instance) => instance in config.instances,
            stillSignedIn: async () =>
              (await authenticate(sender, services, { heard: false }).catch(nullIfInvalid)) !== null,
            forMs: query.for === undefined ? undefined : parseDuration(query.for),
          }),
      });
    },
  }),
];

/**
 * Returns `null` for an invalid token, which means that the user is signed out. Throws other errors again, such as
 * an unavailable Redis.
 */
function nullIfInvalid(error: unknown): null {
  if (error instanceof Problem) return null;
  throw error;
}
