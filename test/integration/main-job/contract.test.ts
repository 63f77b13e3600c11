import { z } from 'zod';
import { afterEach, describe, expect, it } from 'vitest';
import { type DemoRun, startDemo } from '../support/demo.js';
import { loadContract } from '../support/openapi.js';
import { specsAreThere } from '../support/openapi-schema.js';
import { LONG_TEST_MS } from '../../support/eventually.js';

const observed = z.object({
  method: z.string(),
  path: z.string(),
  query: z.record(z.string(), z.unknown()),
  body: z.string().nullable(),
  contentType: z.string().nullable(),
});

if (!specsAreThere)
  console.warn(
    'CONTRACT NOT CHECKED: ../shared/jamf/openapi is not there, so the requests of the demo are not held against it.',
  );

describe.runIf(specsAreThere)('the requests of the service to Jamf Pro', () => {
  let demo: DemoRun;
  afterEach(() => demo.close());

  it(
    'match the API descriptions, and no log contains a secret',
    async () => {
      demo = await startDemo(['--computers', '60', '--due', '8']);
      const [, simulator = ''] = await demo.until(/^Jamf Pro\s+(http:\S+)/m);
      const [, token = ''] = await demo.until(/^Token\s+(\S+)/m);
      await demo.until(/^Verified: 8 of 8/m);
      const answer = await fetch(`${simulator}/__simulator/requests`);
      // The simulated CA has the same address. Its requests follow RFC 8894.
      const requests = z
        .array(observed)
        .parse(await answer.json())
        .filter(({ path }) => !path.startsWith('/pki/'));
      const contract = loadContract();
      expect(requests.length).toBeGreaterThan(20);
      // Macs that become due together share a call.
      expect(requests.filter(({ method }) => method === 'PUT').length).toBeGreaterThanOrEqual(1);
      expect([...new Set(requests.flatMap((request) => contract.checkRequest(request)))]).toEqual([]);
      const logs = await demo.logs();
      expect(logs.length).toBeGreaterThan(1_000);
      expect(logs).not.toContain(token);
      demo.interrupt();
      expect(await demo.exitCode()).toBe(0);
    },
    LONG_TEST_MS,
  );
});
