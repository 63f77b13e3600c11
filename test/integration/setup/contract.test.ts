import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { loadContract } from '../support/openapi.js';
import { specsAreThere } from '../support/openapi-schema.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { byHeader, startInstallation } from './support.js';

const observed = z.object({
  method: z.string(),
  path: z.string(),
  query: z.record(z.string(), z.unknown()),
  body: z.string().nullable(),
  contentType: z.string().nullable(),
  status: z.int().nullable(),
});

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.close());

if (!specsAreThere)
  console.warn(
    'CONTRACT NOT CHECKED: ../shared/jamf/openapi is not there, so what apply and doctor ask is not held against it.',
  );

it.runIf(specsAreThere)(
  'all requests of webhooks apply and doctor to Jamf Pro match the API descriptions',
  async () => {
    const installation = await startInstallation(redis.url);
    const apply = ['webhooks', 'apply', '--yes', '--url', 'https://recert.example.com'];
    await installation.configure({ webhooks: { ...byHeader(), smartGroups: [SEEDED.expiring] } });
    await installation.recert(apply);
    const basic = { type: 'basic', username: 'jamf', password: 'hush' };
    await installation.configure({ webhooks: { authentication: basic, events: ['ComputerAdded'] } });
    await installation.recert(apply);
    await installation.recert(['doctor']);

    const answer = await fetch(`${installation.simulator.controlUrl}/requests`);
    const requests = z.array(observed).parse(await answer.json());
    const contract = loadContract();
    expect(requests.filter(({ status }) => status === null || status >= 400)).toEqual([]);
    expect(requests.flatMap((request) => contract.checkRequest(request))).toEqual([]);
    const calls = new Set(requests.map(({ method, path }) => contract.operationOf(method, path)));
    for (const method of ['GET', 'POST', 'PUT', 'DELETE'])
      expect(calls).toContain(`${method} /JSSResource/webhooks/id/{id}`);
    expect(calls).toContain('GET /api/v1/auth');
  },
);
