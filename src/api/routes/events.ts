import { noBody, nothing } from '../check.js';
import { findEvents } from '../events.js';
import { defineRoute } from '../route.js';
import { eventPage, eventsQuery } from '../schemas/events.js';
import { whichInstance } from '../which.js';

/** What Jamf Pro told of late. */
export const eventRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/events',
    role: 'viewer',
    summary: 'The webhooks that were admitted of late, newest first',
    description:
      'Without what was sent. A search for what is rare may answer a short or empty page with a `next`: it goes on there.',
    params: nothing,
    query: eventsQuery,
    body: noBody,
    answer: eventPage,
    statuses: [200],
    handle: async ({ query }, services) => {
      const { event, computer, outcome, since, cursor, limit } = query;
      const instance = whichInstance(services, query.instance);
      const filter = { event, computerId: computer, outcome, since };
      return { body: await findEvents(services.events, instance, filter, { before: cursor, limit }) };
    },
  }),
];
