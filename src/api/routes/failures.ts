import { z } from 'zod';
import { noBody, nothing } from '../http/check-request.js';
import { defineRoute } from '../server/route.js';
import { instanceQuery } from '../../contract/common.js';
import { failuresAnswer } from '../../contract/resources/failures.js';
import { summarizeFailures } from '../../application/fleet/failures.js';
import { resolveInstance } from '../../application/fleet/resolve-instance.js';

/** Route for failed and blocked redistributions, grouped by cause. */
export const failureRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/failures',
    role: 'viewer',
    summary: 'Failed and blocked redistributions by cause, with instructions',
    description:
      'Current problems only. A redistribution is not included if a later one replaced it, or if the certificate of its Mac has been renewed in another way.',
    params: nothing,
    query: z.strictObject({ instance: instanceQuery }),
    body: noBody,
    answer: failuresAnswer,
    statuses: [200],
    handle: async ({ query }, services) => ({
      body: await summarizeFailures(resolveInstance(services, query.instance), services),
    }),
  }),
];
