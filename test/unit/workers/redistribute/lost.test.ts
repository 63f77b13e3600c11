import { expect, it } from 'vitest';
import { IDS } from '../../../support/redistribution/fixtures.js';
import { createStage, type Stage } from '../../../support/redistribution/stage.js';

/** Someone edits both profiles in Jamf Pro so that the Mac is in the scope of neither, and the next sweep reads them. */
function editScopes(stage: Stage, blueExclusion: string): void {
  const { blue, green } = stage.watched;
  if (green === null) throw new Error('one profile only');
  stage.jamf.spoil('blue', 'unscoped');
  stage.jamf.spoil('green', 'unscoped');
  const without = (scope: typeof blue.scope, groupIds: readonly string[]) => ({
    ...scope,
    exclusions: { ...scope.exclusions, groupIds: [...scope.exclusions.groupIds, ...groupIds] },
  });
  stage.watched = {
    ...stage.watched,
    blue: { ...blue, scope: without(blue.scope, [blueExclusion]) },
    green: { ...green, scope: { ...green.scope, groupIds: [] } },
  };
}

async function written(until: (state: string) => boolean) {
  const stage = createStage();
  await stage.enrol('1');
  const first = stage.only().id;
  await stage.live({ id: first, until: ({ state }) => until(state) });
  expect(stage.jamf.members(IDS.joinGreen).has('1')).toBe(true);
  return { stage, first };
}

it.each([
  ['pushed', 'cancelled', /left the scope/u],
  ['verifying', 'cancelled', /left the scope/u],
  ['verified', 'verified', /scope of none of its profiles/u],
])(
  'a Mac in state %s that leaves the scope by a write of Recert opens the circuit breaker, and the next Mac is not written',
  async (until, end, why) => {
    const { stage, first } = await written((state) => state === until);
    // The Mac installs green before the edit, and removes both after it.
    stage.jamf.deliver('1');
    // With the edit, a member of joinGreen is in the scope of neither; without the write, the Mac would be in that of blue.
    editScopes(stage, IDS.joinGreen);
    stage.clock.at += 60_000;
    stage.jamf.deliver('1');
    stage.jamf.report('1');
    await stage.look('1');
    const ended = await stage.live({
      id: first,
      until: ({ state, loss }) => state === end && loss !== undefined,
    });
    expect(stage.jamf.mac('1').certificates.size).toBe(0);
    expect(ended).toMatchObject({ state: end, loss: { isOurs: true } });
    expect(ended.history.at(-1)?.why).toMatch(why);
    expect(stage.store.results[0]).toMatchObject({ computerId: '1', outcome: 'lost' });

    await stage.enrol('2');
    const second = stage.only().id;
    expect(second).not.toBe(first);
    await stage.drive(second);
    expect(stage.limits.breaker?.reason).toBe('lost-profile');
    expect(stage.store.records.get(second)?.attempts).toEqual([]);
    expect(stage.jamf.members(IDS.joinGreen).has('2')).toBe(false);
  },
);
