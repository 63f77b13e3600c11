import { describe, expect, it } from 'vitest';
import { DAY, HOUR, IDS } from '../../../support/redistribution/fixtures.js';
import { createStage } from '../../../support/redistribution/stage.js';

const groupsOf = ({ jamf }: ReturnType<typeof createStage>) =>
  [IDS.joinGreen, IDS.leaveBlue].map((group) => jamf.members(group).has('1'));

/** Renewed by green, the settle time has passed, and it was decided that blue goes. */
async function decided() {
  const stage = createStage();
  await stage.enrol();
  await stage.live({ until: ({ state }) => state === 'verified' });
  const { id, settlement } = stage.only();
  stage.clock.at = settlement?.dueAt ?? 0;
  await stage.drive(id);
  await stage.look('1');
  await stage.drive(id);
  expect(stage.only().settlement?.decidedAt).toBe(stage.clock.at);
  return { stage, id, decidedAt: stage.clock.at };
}

describe('the old profile', () => {
  it('stays while all inventory is older than the decision, however often it is read again', async () => {
    const { stage, id } = await decided();
    for (let day = 0; day < 20; day += 1) {
      stage.clock.at += DAY;
      await stage.look('1');
      await stage.drive(id);
    }
    expect(groupsOf(stage)).toEqual([true, false]);
    expect(stage.only().plan).toContain('the old profile stays until the Mac reports inventory');
    stage.jamf.report('1');
    await stage.look('1');
    await stage.drive(id);
    expect(groupsOf(stage)).toEqual([true, true]);
  });

  it('stays when the new one was taken off the Mac and inventory from before shows it', async () => {
    const { stage, id } = await decided();
    stage.jamf.takeOff('1', 'green');
    stage.clock.at += DAY;
    await stage.look('1');
    await stage.drive(id);
    expect(groupsOf(stage)).toEqual([true, false]);
  });

  it('stays when its inventory is later than the decision, and old all the same when the worker comes to it', async () => {
    const { stage, id } = await decided();
    stage.clock.at += HOUR;
    stage.jamf.report('1');
    stage.clock.at += 3 * DAY;
    await stage.look('1');
    await stage.drive(id);
    expect(groupsOf(stage)).toEqual([true, false]);
  });

  it('stays when the Mac is no longer in the scope of the new one, as Jamf Pro says at that moment', async () => {
    const { stage, id } = await decided();
    stage.clock.at += HOUR;
    stage.jamf.report('1');
    await stage.look('1');
    stage.jamf.spoil('green', 'unscoped');
    await stage.drive(id);
    expect(groupsOf(stage)).toEqual([true, false]);
    expect(stage.only().plan).toBe(
      'the old profile stays: the Mac would not be in the scope of profile 8, which is to stay',
    );
  });

  it('stays when the new one is a copy of the old one, with the exclusion of the old one', async () => {
    const { stage, id } = await decided();
    stage.jamf.spoil('green', 'tied');
    stage.clock.at += HOUR;
    stage.jamf.report('1');
    await stage.look('1');
    await stage.drive(id);
    expect(groupsOf(stage)).toEqual([true, false]);
    expect(stage.only().plan).toBe(
      'the old profile stays: the Mac would not be in the scope of profile 8, which is to stay',
    );
  });

  it('stays when the new one was deleted, which is an error that is told', async () => {
    const { stage, id } = await decided();
    stage.clock.at += HOUR;
    stage.jamf.report('1');
    await stage.look('1');
    stage.jamf.spoil('green', 'deleted');
    await stage.drive(id);
    expect(groupsOf(stage)).toEqual([true, false]);
    expect(stage.only().trouble?.text).toContain('answered 404');
    expect(stage.told).toContain('redistribution.trouble');
  });

  it('stays while the circuit breaker is open or all is paused, and needs evidence from after that', async () => {
    const { stage, id } = await decided();
    stage.clock.at += HOUR;
    stage.jamf.report('1');
    await stage.look('1');
    await stage.limits.pause('prod', { by: 'ada', reason: 'test', at: stage.now() });
    await stage.drive(id);
    expect(stage.only().settlement?.decidedAt).toBeUndefined();
    await stage.limits.resume('prod');
    stage.limits.breaker = { reason: 'in-a-row', text: 'three failed', at: stage.now() };
    await stage.drive(id);
    stage.limits.breaker = null;
    await stage.drive(id);
    expect(groupsOf(stage)).toEqual([true, false]);
    stage.clock.at += HOUR;
    stage.jamf.report('1');
    await stage.look('1');
    await stage.drive(id);
    expect(groupsOf(stage)).toEqual([true, true]);
  });
});

describe('a new certificate that is lost after it was verified', () => {
  it('takes its success back: it counts for the circuit breaker and the canary', async () => {
    const stage = createStage();
    await stage.enrol();
    await stage.live({ until: ({ state }) => state === 'verified' });
    const before = stage.only();
    expect(stage.store.results.map(({ outcome }) => outcome)).toEqual(['installed']);
    stage.clock.at += DAY;
    stage.jamf.takeOff('1', 'green');
    stage.jamf.report('1');
    await stage.look('1');
    await stage.drive(before.id);
    const lost = await stage.store.read('prod', before.id);
    expect(lost?.settlement).toMatchObject({ outcome: 'left', lostAt: stage.now() });
    expect(stage.store.results.map(({ outcome }) => outcome)).toEqual(['lost', 'installed']);
    const { canary } = await stage.limits.safetyLimits(
      'prod',
      'okta',
      { breaker: stage.watched.policy.breaker, canary: [1], holdMs: 0, failingMs: 0 },
      stage.now(),
    );
    expect(canary).toEqual({ wave: 1, verified: 0, limit: 1 });
  });
});
