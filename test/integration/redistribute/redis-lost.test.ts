import { describe, expect, it } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { repeat, OVERLAP, type TestEnvironment, startEnvironment, WAITS } from './environment.js';
import { LONG_TEST_MS } from '../../support/eventually.js';

const { blue, green, joinGreen, leaveBlue, excluded } = SEEDED;
const HALVES: readonly number[] = [blue, green];

/** A fleet of which some Macs expire within four days, and so go by cycle; two workers at it. */
async function begin(due: number): Promise<TestEnvironment> {
  const environment = await startEnvironment({
    simulator: {
      fleet: { computers: due + 20, due },
      profiles: { excludable: true },
      rhythm: {
        checkIn: '2s',
        inventory: '5s',
        pushLatency: '500ms',
        installTime: '500ms',
        notNow: 0.1,
        notNowRetry: '1s',
        inventoryAfterInstall: { share: 0.7, within: '2s' },
      },
    },
    okta: {
      overlap: { ...OVERLAP, settle: '5s' },
      mechanisms: ['cycle', 'overlap'],
      cycle: { exclude: excluded, left: '4d', daily: 1, lease: '20s', inFlight: 8 },
      waits: {
        ...WAITS,
        online: '20s',
        blankPush: ['3s', '6s'],
        poll: '500ms',
        retry: '2s',
        retryMost: '10s',
      },
      hourlyCap: 1000,
    },
  });
  await environment.startWorker();
  await environment.startWorker();
  return environment;
}

const verified = async ({ records }: TestEnvironment) =>
  (await records()).filter(({ state }) => state === 'verified').length;

/** Everything is closed, and every Mac is known to be in order. */
async function isOver({ records, computers }: TestEnvironment): Promise<boolean> {
  const all = await records();
  const { healthy, due, overdue, expired, unknown } = await computers.countStates('demo', 'okta');
  return (
    all.every(({ closedAt }) => closedAt !== null) && healthy > 0 && due + overdue + expired + unknown === 0
  );
}

/** Whether every Mac that should have one of the profiles has one, and not both. */
function hasOneEach({ simulator }: TestEnvironment): boolean {
  const { computers, profiles } = simulator.world;
  return computers
    .all()
    .filter(({ id, managed }) => managed && HALVES.some((half) => profiles.inScope(half, id)))
    .every(
      ({ id }) =>
        simulator.world.mac(id)?.profiles.filter(({ profileId }) => HALVES.includes(profileId)).length === 1,
    );
}

/** One certificate each, nobody excluded, nobody with both profiles, and nobody with none. */
async function expectAllWell(environment: TestEnvironment, due: number): Promise<void> {
  const { members } = environment;
  expect(environment.issued()).toEqual(repeat(due, 1));
  expect(members(excluded)).toEqual([]);
  expect(await environment.leases.all('demo')).toEqual([]);
  expect(members(leaveBlue).toSorted()).toEqual(members(joinGreen).toSorted());
  await environment.eventually(() => hasOneEach(environment));
  expect(new Set((await environment.records()).map(({ state }) => state))).toEqual(new Set(['verified']));
}

describe('when Redis loses what it knew', () => {
  it(
    'emptied in the middle of 200 open redistributions, some Macs excluded: all end verified, nothing is pushed twice, every lease is taken back',
    async () => {
      const due = 200;
      const environment = await begin(due);
      const { members, records, eventually } = environment;
      // Some are settling, others are on their way, some are excluded, others have not begun.
      await eventually(async () => (await verified(environment)) > 0 && members(excluded).length >= 3);
      // Both die with it, so that nobody remembers.
      await environment.killWorkers();
      await environment.redis.flushall();
      const outside = members(excluded);
      expect(outside.length).toBeGreaterThan(0);
      const heirs = [await environment.startWorker(), await environment.startWorker()];

      const takenBack = () => heirs.flatMap((child) => child.said('lease.taken-back'));
      await eventually(() => takenBack().length > 0);
      // At the start, before any sweep has ended that could have told of them.
      const [first] = takenBack();
      expect(first).toMatchObject({ computers: outside.length, found: outside.length });
      await eventually(() => isOver(environment));
      await expectAllWell(environment, due);
      expect(
        (await records()).some(({ history }) => history[0]?.why.includes('found with both profiles')),
      ).toBe(true);
    },
    LONG_TEST_MS,
  );

  it(
    'back from an old copy: all end verified, nothing is pushed twice, one is open for a Mac',
    async () => {
      const due = 60;
      const environment = await begin(due);
      const { members, records, eventually } = environment;
      await eventually(() => members(excluded).length > 0);
      const old = (await records()).map(({ id }) => id);
      const restore = await environment.server.snapshot();
      // Until much has happened of which the copy knows nothing: whoever was excluded is back, others are renewed or even settled.
      await eventually(
        async () =>
          (await verified(environment)) >= due / 2 &&
          (await records()).filter(({ closedAt }) => closedAt !== null).length >= 5,
      );
      await restore();
      expect((await records()).filter(({ state }) => state === 'verified').length).toBeLessThan(due / 2);
      // The workers go on, and may have opened more by now.
      expect((await records()).map(({ id }) => id)).toEqual(expect.arrayContaining(old));

      await eventually(() => isOver(environment));
      await expectAllWell(environment, due);
      expect(await environment.redistributions.openIds('demo', '0')).toMatchObject({ ids: [] });
    },
    LONG_TEST_MS,
  );
});
