import { expect, it } from 'vitest';
import { requestRedistribution } from '../../../support/redistribution/actions.js';
import { HOUR, IDS } from '../../../support/redistribution/fixtures.js';
import { createEnvironment } from '../../../support/redistribution/environment.js';

/** The Mac enrolled again during an overlap, and the CA refused both profiles. A person requests a redistribution. */
async function requested() {
  const environment = createEnvironment();
  environment.jamf.add('1', { groupIds: [IDS.joinGreen], certificates: [], profiles: [] });
  await environment.assessMac('1');
  await requestRedistribution(environment);
  const { id } = environment.latestRecord();
  return { environment, id };
}

it('a Mac that has neither profile and is in the group of both gets a profile, after inventory from after the decision', async () => {
  const { environment, id } = await requested();
  await environment.runJob(id);
  await environment.runJob(id);
  expect(environment.jamf.writes).toEqual([]);

  const verified = await environment.runUntilDone({ id, until: ({ state }) => state === 'verified' });
  expect(verified.state).toBe('verified');
  expect(environment.jamf.mac('1').certificates.size).toBe(1);
  expect(environment.jamf.issued.get('1')).toBe(1);
});

it('its groups stay as they are if it got a profile in the meantime', async () => {
  const { environment, id } = await requested();
  await environment.runJob(id);
  environment.clock.at += HOUR;
  environment.jamf.sendByAdmin('1');
  environment.jamf.deliver('1');
  environment.jamf.report('1');
  await environment.assessMac('1');
  await environment.runJob(id);
  expect(environment.jamf.writes).toEqual([]);
});
