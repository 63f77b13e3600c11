import { z } from 'zod';
import { duration } from '../../config/values/duration.js';
import { noBody, nothing } from '../http/check-request.js';
import { forecastOf } from '../../application/fleet/forecast.js';
import { Problem } from '../../contract/problem.js';
import { defineRoute } from '../server/route.js';
import { instanceQuery, profileQuery } from '../../contract/common.js';
import { forecastAnswer } from '../../contract/resources/forecast.js';
import { resolveInstance, resolveProfiles } from '../../application/fleet/resolve-instance.js';

const cap = (what: string) => z.coerce.number().int().min(1).max(1_000_000).optional().describe(what);

const query = z.strictObject({
  instance: instanceQuery,
  profile: profileQuery,
  days: z.coerce.number().int().min(1).max(1_100).default(365).describe('Number of days to forecast.'),
  window: duration()
    .optional()
    .describe('Renewal window to assume in the forecast instead of the configured one, such as 14d.'),
  hourlyCap: cap(
    'Rate limit (certificates per hour) to assume in the forecast instead of the configured one.',
  ),
  inFlight: cap(
    'Concurrency limit (maximum number of redistributions in progress) to assume in the forecast instead of the configured one.',
  ),
});

/** Route for the forecast of expiries and renewals. */
export const forecastRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/forecast',
    role: 'viewer',
    summary: 'Expiries, due dates and planned renewals per day, and whether the limits are sufficient',
    description:
      'Uses the same rules as the assessment of each Mac. The fleet is read from Redis at most once per minute. Values that replace configured ones apply only to this forecast and change nothing.',
    params: nothing,
    query,
    body: noBody,
    answer: forecastAnswer,
    statuses: [200],
    handle: async ({ query: { instance: named, profile, ...wanted } }, services) => {
      const instance = resolveInstance(services, named);
      const [watched, ...others] = await resolveProfiles(services, instance, profile);
      if (watched === undefined)
        throw new Problem(
          'not-found',
          `Recert has not read any watched profile of ${instance} from Jamf Pro yet.`,
        );
      if (others.length > 0)
        throw new Problem(
          'invalid-request',
          `A forecast covers one profile. Specify it with "profile" (${[watched, ...others].map(({ name }) => name).join(', ')}).`,
        );
      return { body: await forecastOf(services, watched, wanted) };
    },
  }),
];
