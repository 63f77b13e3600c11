import { z } from 'zod';
import { noBody, nothing } from '../http/check-request.js';
import { defineRoute } from '../server/route.js';
import { instanceQuery } from '../../contract/common.js';
import { failuresAnswer } from '../../contract/resources/failures.js';
import { stuckOf } from '../../application/fleet/failures.js';
import { whichInstance } from '../../application/fleet/resolve-instance.js';

/** What does not go forward. */
export const failureRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/failures',
    role: 'viewer',
    summary: 'What failed and what is blocked, by cause, with what to do',
    description:
      'Only what is still so: a redistribution that a later one took the place of, or whose Mac has been renewed in another way, is not in it.',
    params: nothing,
    query: z.strictObject({ instance: instanceQuery }),
    body: noBody,
    answer: failuresAnswer,
    statuses: [200],
    handle: async ({ query }, services) => ({
      body: await stuckOf(whichInstance(services, query.instance), services),
    }),
  }),
];
