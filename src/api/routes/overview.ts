import { noBody, nothing } from '../http/check-request.js';
import { overviewOf } from '../../application/fleet/overview.js';
import { defineRoute } from '../server/route.js';
import { overview } from '../../contract/resources/overview.js';

/** Route for the overview of all Jamf Pro servers. */
export const overviewRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/overview',
    role: 'viewer',
    summary: 'Overall status, findings and figures',
    params: nothing,
    query: nothing,
    body: noBody,
    answer: overview,
    statuses: [200],
    handle: async (_input, services) => ({ body: await overviewOf(services) }),
  }),
];
