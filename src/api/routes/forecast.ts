import { z } from 'zod';
import { duration } from '../../config/values/duration.js';
import { noBody, nothing } from '../http/check-request.js';
import { forecastOf } from '../../application/fleet/forecast.js';
import { Problem } from '../../contract/problem.js';
import { defineRoute } from '../server/route.js';
import { instanceQuery, profileQuery } from '../../contract/common.js';
import { forecastAnswer } from '../../contract/resources/forecast.js';
import { whichInstance, whichProfiles } from '../../application/fleet/resolve-instance.js';

const cap = (what: string) => z.coerce.number().int().min(1).max(1_000_000).optional().describe(what);

const query = z.strictObject({
  instance: instanceQuery,
  profile: profileQuery,
  days: z.coerce.number().int().min(1).max(1_100).default(365).describe('How far to look.'),
  window: duration().optional().describe('What if the window were this, such as 14d.'),
  hourlyCap: cap('What if the hourly cap were this.'),
  inFlight: cap('What if the in-flight cap were this.'),
});

/** What is coming. */
export const forecastRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/forecast',
    role: 'viewer',
    summary: 'Expiries, due dates and planned redistributions a day, and whether the caps will do',
    description:
      'By the same rules as the assessment of each Mac. The fleet is read at most once a minute. Changes nothing, whatever is tried.',
    params: nothing,
    query,
    body: noBody,
    answer: forecastAnswer,
    statuses: [200],
    handle: async ({ query: { instance: named, profile, ...wanted } }, services) => {
      const instance = whichInstance(services, named);
      const [watched, ...others] = await whichProfiles(services, instance, profile);
      if (watched === undefined)
        throw new Problem('not-found', `No watched profile of ${instance} has been read from Jamf Pro yet.`);
      if (others.length > 0)
        throw new Problem(
          'invalid-request',
          `A forecast is that of a profile: say which with "profile" (${[watched, ...others].map(({ name }) => name).join(', ')}).`,
        );
      return { body: await forecastOf(services, watched, wanted) };
    },
  }),
];
