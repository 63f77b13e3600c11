import { describe, expect, it } from 'vitest';
import {
  checkInstances,
  RemovedInstanceError,
  removedInstances,
} from '../../../../src/application/redistribution/removed-instances.js';
import { cycleOf, DAY, IDS } from '../../../support/redistribution/fixtures.js';
import { memoryLeases } from '../../../support/redistribution/leases.js';
import { createStage } from '../../../support/redistribution/stage.js';
import { OPEN } from '../../../support/fence.js';

const CYCLE = { mechanisms: ['cycle'] as const, cycle: cycleOf({ left: 30 * DAY }) };
const configured = { config: { instances: { prod: {} } } };
const without = { config: { instances: {} } };

function removeCycle(stage: ReturnType<typeof createStage>): void {
  const { watched } = stage;
  stage.watched = { ...watched, policy: { ...watched.policy, cycle: undefined } };
}

/** A stage whose only Mac is in the exclusion group, with a lease. */
async function excluded() {
  const stage = createStage(CYCLE);
  await stage.enrol();
  await stage.live({ until: ({ state }) => state === 'excluded' });
  expect(stage.jamf.members(IDS.exclude).has('1')).toBe(true);
  return stage;
}

describe('an instance that is removed from the configuration while Macs are excluded', () => {
  it('is found, with its Macs and what to do, and refused at start', async () => {
    const stage = await excluded();
    const { leases } = stage;
    await stage.keep();
    const found = await removedInstances({ leases, ...without });
    expect(found).toMatchObject([
      { instance: 'prod', excluded: [{ computerId: '1', groupId: IDS.exclude }] },
    ]);
    const { message } = new RemovedInstanceError(found);
    expect(message).toContain(`instance prod is not in the configuration any more`);
    expect(message).toContain(`computer 1 (group ${IDS.exclude})`);
    expect(message).toContain('Put the instance back');
    expect(await checkInstances({ leases, ...without })).toBe(message);
  });

  it('is no problem while it is configured, and is forgotten once no Mac is excluded', async () => {
    const stage = await excluded();
    const { leases } = stage;
    await stage.keep();
    expect(await checkInstances({ leases, ...configured })).toBeNull();
    const empty = memoryLeases(createStage().store);
    await empty.remember('old', new Map());
    expect(await removedInstances({ leases: empty, ...without })).toEqual([]);
    expect(await empty.instances()).toEqual([]);
  });
});

describe('a watched profile, or its cycle, that is removed from the configuration while Macs are excluded', () => {
  it('has its Macs restored at once, although no job steps the redistribution any more', async () => {
    const stage = await excluded();
    await stage.keep();
    removeCycle(stage);
    await stage.keep();
    expect(stage.jamf.members(IDS.exclude).size).toBe(0);
  });

  it('has Macs restored whose lease Redis has lost, as long as the group is not empty', async () => {
    const stage = createStage(CYCLE);
    await stage.enrol();
    await stage.keep();
    removeCycle(stage);
    await stage.jamf.client().addToGroup(IDS.exclude, ['1'], OPEN);
    await stage.keep();
    expect(stage.jamf.members(IDS.exclude).size).toBe(0);
    // Empty: the group is no longer a group of Recert.
    await stage.keep();
    await stage.jamf.client().addToGroup(IDS.exclude, ['1'], OPEN);
    await stage.keep();
    expect(stage.jamf.members(IDS.exclude).has('1')).toBe(true);
  });
});
