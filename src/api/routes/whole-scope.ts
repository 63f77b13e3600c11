import { z } from 'zod';
import { defineRoute } from '../server/route.js';
import { instanceQuery, profileId } from '../../contract/common.js';
import { wholeScopeAnswer, wholeScopeRequest } from '../../contract/resources/whole-scope.js';
import { resolveInstance } from '../../application/fleet/resolve-instance.js';
import { redistributeWholeScope } from '../../application/redistribution/request/whole-scope.js';

/** The only route that makes Jamf Pro send a profile to its entire scope. */
export const wholeScopeRoutes = [
  defineRoute({
    method: 'post',
    path: '/api/v1/profiles/{id}/whole-scope',
    role: 'admin',
    idempotent: true,
    acts: 'redistribute-scope',
    summary: 'Send a profile to every Mac in its scope at once',
    description:
      'For cases in which every certificate must be renewed, such as a new CA. Each Mac requests a new certificate, whether it needs one or not, and Jamf Pro does not limit the rate. Send `dryRun` first, then confirm with the name of the profile and the number of Macs. Possible once in 30 days per profile; refused in observe mode, while paused, while the circuit breaker is open, during a hold (cool-down) and outside the maintenance windows.',
    params: z.strictObject({ id: profileId }),
    query: z.strictObject({ instance: instanceQuery }),
    body: wholeScopeRequest,
    answer: wholeScopeAnswer,
    statuses: [202, 200],
    handle: async ({ params, query, body, who }, services) => {
      const instance = resolveInstance(services, query.instance);
      const answer = await redistributeWholeScope(services, who, { instance, id: params.id, request: body });
      return { status: body.dryRun ? 200 : 202, body: answer };
    },
  }),
];
