import { describe, expect, it } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { repeat, OVERLAP, type TestEnvironment, startEnvironment, WAITS } from './environment.js';
import { LONG_TEST_MS } from '../../support/eventually.js';

const { blue, green, joinGreen, leaveBlue, excluded } = SEEDED;
const HALVES: readonly number[] = [blue, green];

const DAY_MS = 86_400_000;
/** Number of Macs that are offline and excluded by `cycle`, so that they stay excluded. */
const HELD = 3;

/**
 * A fleet in which some Macs expire within four days and therefore use `cycle`, with two workers. A few of these Macs go offline before
 * the workers start, and do not answer until `release`.
 */
async function begin(due: number): Promise<TestEnvironment & { release: () => void }> {
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
      cycle: { exclude: excluded, left: '4d', daily: 1, lease: '1h', inFlight: 8 },
      waits: {
        ...WAITS,
        // The Macs that are offline count as online.
        online: '1h',
        blankPush: ['3s', '6s'],
        poll: '500ms',
        retry: '2s',
        retryMost: '10s',
      },
      hourlyCap: 1000,
    },
  });
  const { world } = environment.simulator;
  const held = world.computers
    .all()
    .filter(({ id, managed }) => managed && world.mac(id)?.due === true)
    .filter(({ id }) => expiresWithin(environment, id, 4 * DAY_MS))
    .slice(0, HELD);
  expect(held).toHaveLength(HELD);
  for (const { id } of held) world.actions.setOnline(id, false);
  await environment.startWorker();
  await environment.startWorker();
  return {
    ...environment,
    release: () => {
      for (const { id } of held) world.actions.setOnline(id, true);
    },
  };
}

function expiresWithin({ simulator }: TestEnvironment, id: number, ms: number): boolean {
  const expiries = (simulator.world.mac(id)?.keychain ?? [])
    .filter(({ profileId }) => HALVES.includes(profileId))
    .map(({ expiresAt }) => expiresAt);
  const last = Math.max(...expiries);
  return last > Date.now() && last < Date.now() + ms;
}

/** Freezes both workers while `what` runs. Redis has executed what they sent before. */
async function whileFrozen<T>({ children, redis }: TestEnvironment, what: () => Promise<T>): Promise<T> {
  for (const child of children) child.signal('SIGSTOP');
  await redis.ping();
  try {
    return await what();
  } finally {
    for (const child of children) child.signal('SIGCONT');
  }
}

const statesOf = async ({ records }: TestEnvironment) =>
  new Map((await records()).map(({ id, state }) => [id, state] as const));

const verified = async ({ records }: TestEnvironment) =>
  (await records()).filter(({ state }) => state === 'verified').length;

/** Waits until every redistribution is closed and every Mac is known to be healthy. */
async function isOver({ records, computers }: TestEnvironment): Promise<boolean> {
  const all = await records();
  const { healthy, due, overdue, expired, unknown } = await computers.countStates('demo', 'okta');
  return (
    all.every(({ closedAt }) => closedAt !== null) && healthy > 0 && due + overdue + expired + unknown === 0
  );
}

/** Whether every Mac in scope has exactly one of the two profiles. */
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

/** Expects one certificate per Mac, no excluded Mac, and exactly one profile on each. */
async function expectAllWell(environment: TestEnvironment, due: number): Promise<void> {
  const { members } = environment;
  expect(environment.issued()).toEqual(repeat(due, 1));
  expect(members(excluded)).toEqual([]);
  expect(await environment.leases.all('demo')).toEqual([]);
  expect(members(leaveBlue).toSorted()).toEqual(members(joinGreen).toSorted());
  await environment.eventually(() => hasOneEach(environment));
  expect(new Set((await environment.records()).map(({ state }) => state))).toEqual(new Set(['verified']));
}

describe('the loss of data in Redis', () => {
  it(
    'during 200 open redistributions with excluded Macs: all are verified, nothing is pushed twice, and every excluded Mac is restored',
    async () => {
      const due = 200;
      const environment = await begin(due);
      const { members, records, eventually, release } = environment;
      // Some are in their settle time, some in progress, some excluded, some not started.
      await eventually(async () => (await records()).length === due);
      await eventually(async () => (await verified(environment)) >= 20 && members(excluded).length >= HELD);
      // Both workers are killed too, so that no process has the data in memory.
      await environment.killWorkers();
      await environment.redis.flushall();
      const outside = members(excluded);
      expect(outside.length).toBeGreaterThanOrEqual(HELD);
      const heirs = [await environment.startWorker(), await environment.startWorker()];

      const takenBack = () => heirs.flatMap((child) => child.said('lease.taken-back'));
      await eventually(() => takenBack().length > 0);
      // At the start, before a sweep has ended that could have found them.
      const [first] = takenBack();
      expect(first).toMatchObject({ computers: outside.length, found: outside.length });
      release();
      await eventually(() => isOver(environment));
      await expectAllWell(environment, due);
      expect(
        (await records()).some(({ history }) => history[0]?.why.includes('no redistribution was stored')),
      ).toBe(true);
    },
    LONG_TEST_MS,
  );

  it(
    'by a restore of an old copy: all are verified, nothing is pushed twice, and each Mac has at most one open redistribution',
    async () => {
      const due = 60;
      const environment = await begin(due);
      const { members, records, eventually, release } = environment;
      await eventually(async () => (await verified(environment)) >= 3 && members(excluded).length >= HELD);
      const { old, restore } = await whileFrozen(environment, async () => ({
        old: await statesOf(environment),
        restore: await environment.server.snapshot(),
      }));
      expect([...old.values()].filter((state) => state === 'verified').length).toBeLessThan(due / 2);
      release();
      // Waits until much has changed since the copy: excluded Macs are restored, and others are renewed or settled.
      await eventually(
        async () =>
          (await verified(environment)) >= due / 2 &&
          (await records()).filter(({ closedAt }) => closedAt !== null).length >= 5,
      );
      await whileFrozen(environment, async () => {
        await restore();
        expect(await statesOf(environment)).toEqual(old);
      });

      await eventually(() => isOver(environment));
      await expectAllWell(environment, due);
      expect(await environment.redistributions.openIds('demo', '0')).toMatchObject({ ids: [] });
    },
    LONG_TEST_MS,
  );
});
