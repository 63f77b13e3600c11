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
  window: duration().optional().describe('What if: renewal window, such as 14d.'),
  hourlyCap: cap('What if: rate limit (certificates per hour).'),
  inFlight: cap('What if: concurrency limit (redistributions in progress).'),
});

/** The forecast. */
export const forecastRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/forecast',
    role: 'viewer',
    summary: 'Expiries, due dates and planned renewals per day, and whether the limits are sufficient',
    description:
      'Uses the same rules as the assessment of each Mac. The fleet is read at most once per minute. What-if values change nothing.',
    params: nothing,
    query,
    body: noBody,
    answer: forecastAnswer,
    statuses: [200],
    handle: async ({ query: { instance: named, profile, ...wanted } }, services) => {
      const instance = resolveInstance(services, named);
      const [watched, ...others] = await resolveProfiles(services, instance, profile);
      if (watched === undefined)
        throw new Problem('not-found', `No watched profile of ${instance} has been read from Jamf Pro yet.`);
      if (others.length > 0)
        throw new Problem(
          'invalid-request',
          `A forecast is for one profile. Specify it with "profile" (${[watched, ...others].map(({ name }) => name).join(', ')}).`,
        );
      return { body: await forecastOf(services, watched, wanted) };
    },
  }),
];
