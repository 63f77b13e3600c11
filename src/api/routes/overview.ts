import { noBody, nothing } from '../check.js';
import { overviewOf } from '../overview.js';
import { defineRoute } from '../route.js';
import { overview } from '../schemas/overview.js';

/** Healthy or not, in one answer. */
export const overviewRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/overview',
    role: 'viewer',
    summary: 'Healthy or not and why, and the numbers behind it',
    params: nothing,
    query: nothing,
    body: noBody,
    answer: overview,
    statuses: [200],
    handle: async (_input, services) => ({ body: await overviewOf(services) }),
  }),
];
