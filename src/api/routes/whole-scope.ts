import { z } from 'zod';
import { defineRoute } from '../server/route.js';
import { instanceQuery } from '../../contract/common.js';
import { wholeScopeAnswer, wholeScopeRequest } from '../../contract/resources/whole-scope.js';
import { whichInstance } from '../../application/fleet/resolve-instance.js';
import { wholeScope } from '../../application/redistribution/request/whole-scope.js';

/** The one route that has Jamf send a profile to everybody. */
export const wholeScopeRoutes = [
  defineRoute({
    method: 'post',
    path: '/api/v1/profiles/{id}/whole-scope',
    role: 'admin',
    idempotent: true,
    acts: 'redistribute-scope',
    summary: 'Have a profile sent to every Mac in its scope, at once',
    description:
      'For the day on which everything must be renewed, such as a new CA. Each Mac enrols afresh, whether it needs to or not, and Jamf does not pace it. Ask with `dryRun` first; then type the name of the profile and the number of Macs. Once in 30 days for a profile; refused in mode observe, while paused, with an open breaker, during a hold and outside the maintenance windows.',
    params: z.strictObject({
      id: z
        .string()
        .regex(/^\d{1,12}$/, 'is a number: the id of the configuration profile in Jamf Pro')
        .describe('Id of the configuration profile in Jamf Pro.'),
    }),
    query: z.strictObject({ instance: instanceQuery }),
    body: wholeScopeRequest,
    answer: wholeScopeAnswer,
    statuses: [202, 200],
    handle: async ({ params, query, body, who }, services) => {
      const instance = whichInstance(services, query.instance);
      const answer = await wholeScope(services, who, { instance, id: params.id, request: body });
      return { status: body.dryRun ? 200 : 202, body: answer };
    },
  }),
];
