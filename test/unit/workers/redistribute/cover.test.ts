import { describe, expect, it } from 'vitest';
import { DAY, HOUR, IDS } from '../../../support/redistribution/fixtures.js';
import { createEnvironment } from '../../../support/redistribution/environment.js';

const groupsOf = ({ jamf }: ReturnType<typeof createEnvironment>) =>
  [IDS.joinGreen, IDS.leaveBlue].map((group) => jamf.members(group).has('1'));

/** A Mac that was renewed by green. The settle time has passed, and the removal of blue is decided. */
async function decided() {
  const environment = createEnvironment();
  await environment.enroll();
  await environment.runUntilDone({ until: ({ state }) => state === 'verified' });
  const { id, settlement } = environment.latestRecord();
  environment.clock.at = settlement?.dueAt ?? 0;
  await environment.runJob(id);
  await environment.assessMac('1');
  await environment.runJob(id);
  expect(environment.latestRecord().settlement?.decidedAt).toBe(environment.clock.at);
  return { environment, id, decidedAt: environment.clock.at };
}

describe('the old profile', () => {
  it('stays while all inventory is older than the decision, however often it is read', async () => {
    const { environment, id } = await decided();
    for (let day = 0; day < 20; day += 1) {
      environment.clock.at += DAY;
      await environment.assessMac('1');
      await environment.runJob(id);
    }
    expect(groupsOf(environment)).toEqual([true, false]);
    expect(environment.latestRecord().plan).toContain(
      'the old profile stays until the Mac reports inventory',
    );
    environment.jamf.report('1');
    await environment.assessMac('1');
    await environment.runJob(id);
    expect(groupsOf(environment)).toEqual([true, true]);
  });

  it('stays when the new profile was removed and older inventory still shows it', async () => {
    const { environment, id } = await decided();
    environment.jamf.removeProfile('1', 'green');
    environment.clock.at += DAY;
    await environment.assessMac('1');
    await environment.runJob(id);
    expect(groupsOf(environment)).toEqual([true, false]);
  });

  it('stays when inventory is later than the decision but too old when the worker uses it', async () => {
    const { environment, id } = await decided();
    environment.clock.at += HOUR;
    environment.jamf.report('1');
    environment.clock.at += 3 * DAY;
    await environment.assessMac('1');
    await environment.runJob(id);
    expect(groupsOf(environment)).toEqual([true, false]);
  });

  it('stays when Jamf Pro says at that moment that the Mac is no longer in the scope of the new profile', async () => {
    const { environment, id } = await decided();
    environment.clock.at += HOUR;
    environment.jamf.report('1');
    await environment.assessMac('1');
    environment.jamf.changeProfile('green', 'unscoped');
    await environment.runJob(id);
    expect(groupsOf(environment)).toEqual([true, false]);
    expect(environment.latestRecord().plan).toBe(
      'the old profile stays: the Mac would not be in the scope of profile 8, which is to stay',
    );
  });

  it('stays when the new profile is a copy of the old one with the same exclusion', async () => {
    const { environment, id } = await decided();
    environment.jamf.changeProfile('green', 'coupled');
    environment.clock.at += HOUR;
    environment.jamf.report('1');
    await environment.assessMac('1');
    await environment.runJob(id);
    expect(groupsOf(environment)).toEqual([true, false]);
    expect(environment.latestRecord().plan).toBe(
      'the old profile stays: the Mac would not be in the scope of profile 8, which is to stay',
    );
  });

  it('stays when inventory from after the decision shows the certificate of the new one, and not the profile', async () => {
    const { environment, id } = await decided();
    environment.clock.at += HOUR;
    environment.jamf.report('1');
    const mac = environment.jamf.mac('1');
    const profiles = mac.reported.profiles.filter((profile) => profile.id !== IDS.green);
    mac.reported = { ...mac.reported, profiles };
    await environment.assessMac('1');
    await environment.runJob(id);
    expect(groupsOf(environment)).toEqual([true, false]);
    expect(environment.latestRecord().plan).toContain('does not show profile 8');
  });

  it('stays when inventory from after the decision shows that the proven certificate has expired', async () => {
    const { environment, id } = await decided();
    environment.clock.at += HOUR;
    environment.jamf.report('1');
    const mac = environment.jamf.mac('1');
    const certificates = mac.reported.certificates.map((certificate) => ({
      ...certificate,
      expiresAt: environment.now() - 1,
    }));
    mac.reported = { ...mac.reported, certificates };
    await environment.assessMac('1');
    await environment.runJob(id);
    expect(groupsOf(environment)).toEqual([true, false]);
    expect(environment.latestRecord().plan).toContain('does not show a certificate of profile 8');
  });

  it('stays when the new profile was deleted, and an error is reported', async () => {
    const { environment, id } = await decided();
    environment.clock.at += HOUR;
    environment.jamf.report('1');
    await environment.assessMac('1');
    environment.jamf.changeProfile('green', 'deleted');
    await environment.runJob(id);
    expect(groupsOf(environment)).toEqual([true, false]);
    expect(environment.latestRecord().trouble?.text).toContain('answered 404');
    expect(environment.events).toContain('redistribution.trouble');
  });

  it('stays while the circuit breaker is open or Recert is paused, and then needs later evidence', async () => {
    const { environment, id } = await decided();
    environment.clock.at += HOUR;
    environment.jamf.report('1');
    await environment.assessMac('1');
    await environment.limits.pause('prod', { by: 'ada', reason: 'test', at: environment.now() });
    await environment.runJob(id);
    expect(environment.latestRecord().settlement?.decidedAt).toBeUndefined();
    await environment.limits.resume('prod');
    environment.limits.breaker = { reason: 'in-a-row', text: 'three failed', at: environment.now() };
    await environment.runJob(id);
    environment.limits.breaker = null;
    await environment.runJob(id);
    expect(groupsOf(environment)).toEqual([true, false]);
    environment.clock.at += HOUR;
    environment.jamf.report('1');
    await environment.assessMac('1');
    await environment.runJob(id);
    expect(groupsOf(environment)).toEqual([true, true]);
  });
});

describe('a new certificate that is lost after it was verified', () => {
  it('removes its success from the results of the circuit breaker and the canary', async () => {
    const environment = createEnvironment();
    await environment.enroll();
    await environment.runUntilDone({ until: ({ state }) => state === 'verified' });
    const before = environment.latestRecord();
    expect(environment.store.results.map(({ outcome }) => outcome)).toEqual(['installed']);
    environment.clock.at += DAY;
    environment.jamf.removeProfile('1', 'green');
    environment.jamf.report('1');
    await environment.assessMac('1');
    await environment.runJob(before.id);
    const lost = await environment.store.read('prod', before.id);
    expect(lost?.settlement).toMatchObject({ outcome: 'left', lostAt: environment.now() });
    expect(environment.store.results.map(({ outcome }) => outcome)).toEqual(['lost', 'installed']);
    const { canary } = await environment.limits.safetyLimits(
      'prod',
      'okta',
      { breaker: environment.watched.policy.breaker, canary: [1], holdMs: 0, failingMs: 0 },
      environment.now(),
    );
    expect(canary).toEqual({ wave: 1, verified: 0, limit: 1 });
  });
});
