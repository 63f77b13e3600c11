import { z } from 'zod';
import { audited } from '../../application/audit/audited.js';
import { forgetRemoved, removedInstances } from '../../application/redistribution/removed-instances.js';
import { Problem } from '../../contract/problem.js';
import { forgetAnswer, forgetRequest } from '../../contract/resources/control.js';
import { requireAllInstances } from '../auth/routes/tokens.js';
import { nothing } from '../http/check-request.js';
import { defineRoute } from '../server/route.js';

/** The route with which an admin forgets a Jamf Pro server that was removed from the configuration. */
export const removedInstanceRoutes = [
  defineRoute({
    method: 'post',
    path: '/api/v1/removed-instances/{id}/forget',
    role: 'admin',
    acts: 'forget-instance',
    summary: 'Forget a removed Jamf Pro server',
    description:
      'Closes the open redistributions and deletes the exclusion leases of a server that was removed from the configuration. Nothing is changed in Jamf Pro: Macs stay in the groups in which they are. A Mac in an exclusion group has no profile until someone removes it from the group in Jamf Pro.',
    params: z.strictObject({ id: z.string().min(1).max(32) }),
    query: nothing,
    body: forgetRequest,
    answer: forgetAnswer,
    statuses: [200],
    handle: async ({ params: { id: instance }, body: { reason }, who }, services) => {
      const found = (await removedInstances(services)).find((one) => one.instance === instance);
      const act = {
        action: 'forget-instance' as const,
        instance,
        reason,
        computers: (found?.open ?? 0) + (found?.excluded.length ?? 0),
        subjects: found?.excluded.map(({ computerId }) => computerId) ?? [],
      };
      return {
        body: await audited(services, who, act, async () => {
          requireAllInstances(who, 'Forgetting a removed server');
          if (!found)
            throw new Problem(
              'not-found',
              `There is nothing to forget: ${instance} is configured, or it has neither open redistributions nor exclusion leases.`,
            );
          const value = await forgetRemoved(services, found, { by: who.name, reason });
          return {
            value,
            outcome: 'done',
            result: `Closed ${value.closed} redistributions, and deleted ${value.excluded} exclusion leases.`,
          };
        }),
      };
    },
  }),
];
