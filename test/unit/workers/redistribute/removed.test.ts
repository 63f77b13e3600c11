import { describe, expect, it } from 'vitest';
import type { State } from '../../../../src/domain/redistribution/record.js';
import {
  checkInstances,
  forgetRemoved,
  RemovedInstanceError,
  removedInstances,
  textOfRemoved,
} from '../../../../src/application/redistribution/removed-instances.js';
import { cycleOf, DAY, IDS } from '../../../support/redistribution/fixtures.js';
import { memoryLeases } from '../../../support/redistribution/leases.js';
import { createEnvironment } from '../../../support/redistribution/environment.js';
import { OPEN } from '../../../support/fence.js';

const CYCLE = { mechanisms: ['cycle'] as const, cycle: cycleOf({ left: 30 * DAY }) };
const configured = { config: { instances: { prod: {} } } };
const without = { config: { instances: {} } };

function removeCycle(environment: ReturnType<typeof createEnvironment>): void {
  const { watched } = environment;
  environment.watched = { ...watched, policy: { ...watched.policy, cycle: undefined } };
}

/** An environment whose only Mac is in the exclusion group, with a lease. */
async function excluded() {
  const environment = createEnvironment(CYCLE);
  await environment.enroll();
  await environment.runUntilDone({ until: ({ state }) => state === 'excluded' });
  expect(environment.jamf.members(IDS.exclude).has('1')).toBe(true);
  return environment;
}

/** The open redistributions of an environment. */
function openOf({ store }: ReturnType<typeof createEnvironment>) {
  const open = () => [...store.records.values()].filter(({ closedAt }) => closedAt === null);
  return {
    ...store,
    counts: () => Promise.resolve({ byState: {} as Record<State, number>, open: open().length }),
    openIds: () => Promise.resolve({ ids: open().map(({ id }) => id), cursor: '0' }),
  };
}

describe('an instance that is removed from the configuration while redistributions are open', () => {
  const ada = { by: 'ada', reason: 'the server was shut down' };
  const mechanisms = [
    ['overlap', {}, 'pushed', IDS.joinGreen],
    ['cycle', CYCLE, 'excluded', IDS.exclude],
  ] as const;

  it.each(mechanisms)(
    'is reported, and an operator can close the redistributions: %s',
    async (mechanism, policy, until, group) => {
      const environment = createEnvironment(policy);
      await environment.enroll();
      await environment.runUntilDone({ until: ({ state }) => state === until });
      const { leases } = environment;
      await leases.remember('prod', new Map());
      const redistributions = openOf(environment);
      const deps = { leases, redistributions, ...without };
      const [found] = await removedInstances(deps);
      if (!found) throw new Error('not found');
      expect(found).toMatchObject({ instance: 'prod', open: 1 });
      expect(textOfRemoved(found)).toContain('1 redistributions are open there');
      expect(textOfRemoved(found)).toContain('recert forget prod');
      // Only Macs without a profile prevent a start.
      expect((await checkInstances(deps)) === null).toBe(mechanism === 'overlap');

      const answer = await forgetRemoved({ leases, redistributions, now: environment.now }, found, ada);
      expect(answer).toMatchObject({ closed: 1, left: 0 });
      expect(environment.latestRecord()).toMatchObject({
        closedAt: environment.now(),
        lease: null,
        intent: null,
      });
      expect(environment.latestRecord().history.at(-1)?.why).toContain(
        'closed by ada, because the server was removed from the configuration',
      );
      expect(environment.jamf.members(group).has('1')).toBe(true);
      expect(await removedInstances(deps)).toEqual([]);
      expect(await leases.instances()).toEqual([]);
    },
  );
});

describe('an instance that is removed from the configuration while Macs are excluded', () => {
  it('is detected, with its Macs and what to do, and Recert refuses to start', async () => {
    const environment = await excluded();
    const { leases } = environment;
    await environment.restoreExcluded();
    const found = await removedInstances({ leases, redistributions: openOf(environment), ...without });
    expect(found).toMatchObject([
      { instance: 'prod', excluded: [{ computerId: '1', groupId: IDS.exclude }] },
    ]);
    const { message } = new RemovedInstanceError(found);
    expect(message).toContain(`instance prod is not in the configuration any more`);
    expect(message).toContain(`computer 1 (group ${IDS.exclude})`);
    expect(message).toContain('Put the instance back');
    expect(await checkInstances({ leases, redistributions: openOf(environment), ...without })).toBe(message);
  });

  it('is not a problem while it is configured, and is forgotten when no Mac is excluded', async () => {
    const environment = await excluded();
    const { leases } = environment;
    await environment.restoreExcluded();
    expect(await checkInstances({ leases, redistributions: openOf(environment), ...configured })).toBeNull();
    const empty = memoryLeases(createEnvironment().store);
    await empty.remember('old', new Map());
    expect(
      await removedInstances({ leases: empty, redistributions: openOf(createEnvironment()), ...without }),
    ).toEqual([]);
    expect(await empty.instances()).toEqual([]);
  });
});

describe('a watched profile, or its cycle, that is removed from the configuration while Macs are excluded', () => {
  it('has its Macs restored at once, although no job runs for the redistribution any more', async () => {
    const environment = await excluded();
    await environment.restoreExcluded();
    removeCycle(environment);
    await environment.restoreExcluded();
    expect(environment.jamf.members(IDS.exclude).size).toBe(0);
  });

  it('has Macs restored whose lease was lost with Redis, until the group is empty', async () => {
    const environment = createEnvironment(CYCLE);
    await environment.enroll();
    await environment.restoreExcluded();
    removeCycle(environment);
    await environment.jamf.client().addToGroup(IDS.exclude, ['1'], OPEN);
    await environment.restoreExcluded();
    expect(environment.jamf.members(IDS.exclude).size).toBe(0);
    // Empty: the group is no longer a group of Recert.
    await environment.restoreExcluded();
    await environment.jamf.client().addToGroup(IDS.exclude, ['1'], OPEN);
    await environment.restoreExcluded();
    expect(environment.jamf.members(IDS.exclude).has('1')).toBe(true);
  });
});
