import { expect, it } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { createJamfRenewalStore } from '../../../src/store/redistributions/jamf-renewal-counts.js';
import { requestsTo } from '../workers/support.js';
import { startEnvironment } from './environment.js';
import { eventually, LONG_TEST_MS } from '../../support/eventually.js';

const COMPUTERS = 30;
const DUE = 8;
const DAY_MS = 86_400_000;

it(
  'a renewal by the setting of Jamf Pro is credited to Jamf Pro, whether Recert found the Mac due or not, and needs no write',
  async () => {
    const environment = await startEnvironment({
      simulator: { fleet: { computers: COMPUTERS, due: DUE }, rhythm: { inventory: '3s' } },
      instance: { sweep: { changed: '300ms' } },
      okta: { window: '4d', jitter: '0s', nativeGrace: '3d' },
    });
    const child = await environment.startWorker();
    const natives = createJamfRenewalStore(environment);
    const counts = () => natives.since('demo', 'okta', Date.now() - DAY_MS);
    // Recert knows every Mac before the setting is enabled: earlier renewals are credited to no one.
    const known = () => environment.computers.count('demo');
    await eventually(async () => expect((await known()).known).toBe(COMPUTERS));
    environment.simulator.world.profiles.update(SEEDED.blue, { redistributeDays: 30 });
    await eventually(async () => expect((await counts()).renewed).toBe(DUE));
    expect(await counts()).toEqual({ renewed: DUE, failed: 0, other: 0 });
    const redistributions = await environment.records();
    expect(redistributions.length).toBeGreaterThan(0);
    expect(redistributions.length).toBeLessThan(DUE);
    for (const { state, proof } of redistributions) {
      expect(state).toBe('verified');
      expect(proof?.credit).toBe('jamf');
    }
    expect(child.said('redistribution.renewed').length).toBe(DUE);
    expect((await requestsTo(environment.simulator)).filter((request) => request.startsWith('PUT'))).toEqual(
      [],
    );
  },
  LONG_TEST_MS,
);
