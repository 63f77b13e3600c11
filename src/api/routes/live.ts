import { parseDuration } from '../../config/values/duration.js';
import { authenticate } from '../auth/authenticate.js';
import { noBody, nothing } from '../http/check-request.js';
import { serveLive } from '../live/connection.js';
import { Problem } from '../../contract/problem.js';
import { defineRoute } from '../server/route.js';
import { liveEvents, liveQuery } from '../../contract/resources/live.js';

const BATCH_ID = /^\d{1,15}-\d{1,10}$/u;
/** Connections to one receiver. A browser has one for each page that is seen. */
const MOST_CLIENTS = 500;

/** What changes, as it changes. */
export const liveRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/live',
    role: 'viewer',
    summary: 'What changes, as it changes: server-sent events',
    description:
      'Says what to read again, not what it is now. A client that connects again with `Last-Event-ID`, as a browser does by itself, hears what it missed.',
    params: nothing,
    query: liveQuery,
    body: noBody,
    answer: liveEvents,
    statuses: [200],
    produces: 'text/event-stream',
    handle: ({ query, sender }, services) => {
      const { live, config } = services;
      if (live.size >= MOST_CLIENTS)
        throw new Problem(
          'too-many-streams',
          `${MOST_CLIENTS} live connections are open at this receiver. Pages go on without one, by asking again.`,
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
              (await authenticate(sender, services, { heard: false }).catch(nobody)) !== null,
            forMs: query.for === undefined ? undefined : parseDuration(query.for),
          }),
      });
    },
  }),
];

/** A token that is no longer good is nobody's; that Redis is away says nothing. */
function nobody(error: unknown): null {
  if (error instanceof Problem) return null;
  throw error;
}
