import { expect, it } from 'vitest';
import { DAY } from '../../../support/redistribution/fixtures.js';
import { createEnvironment } from '../../../support/redistribution/environment.js';

it('inventory after the acknowledgment that shows no new certificate counts for the circuit breaker', async () => {
  const environment = createEnvironment();
  await environment.enroll();
  await environment.runJob();
  environment.jamf.deliver('1');
  const mac = environment.jamf.mac('1');
  mac.certificates.delete('green');
  const waited = await environment.runUntilDone({ until: ({ state }) => state === 'retry' });
  expect(waited.attempts.at(-1)).toMatchObject({ outcome: 'unproven', unreported: false });
  expect(environment.store.results).toMatchObject([
    { computerId: '1', outcome: 'unproven' },
    { computerId: '1', outcome: 'installed' },
  ]);
  expect(waited.since - waited.openedAt).toBeGreaterThan(7 * DAY);
});
