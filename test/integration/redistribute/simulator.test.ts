import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { assess } from '../../../src/domain/assess.js';
import { openRedistribution } from '../../../src/domain/redistribution/open.js';
import { createProducers } from '../../../src/queues/producers.js';
import { createQueues } from '../../../src/queues/queues.js';
import { createProfileStore } from '../../../src/store/profiles/profiles.js';
import { repeat, OVERLAP, type TestEnvironment, startEnvironment, WAITS } from './environment.js';
import { LONG_TEST_MS } from '../../support/eventually.js';

const COMPUTERS = 60;
const DUE = 30;

/** A test environment with the queries of these tests. */
async function begin() {
  const environment = await startEnvironment({
    simulator: {
      fleet: { computers: COMPUTERS, due: DUE },
      rhythm: {
        inventory: '3s',
        pushLatency: '500ms',
        installTime: '500ms',
        notNow: 0.1,
        notNowRetry: '1s',
        inventoryAfterInstall: { share: 0.7, within: '1s' },
      },
    },
    instance: { timeout: '5s' },
    okta: {
      overlap: { ...OVERLAP, settle: '2s' },
      waits: { ...WAITS, poll: '250ms', retry: '2s', retryMost: '10s' },
      hourlyCap: 1000,
    },
  });
  return {
    ...environment,
    joinedGreen: () => environment.members(SEEDED.joinGreen).length,
    leftBlue: () => environment.members(SEEDED.leaveBlue).length,
    allClosed: (count: number) => async () => {
      const all = await environment.records();
      return all.length === count && all.every(({ closedAt }) => closedAt !== null);
    },
  };
}

/** Redistributes every Mac again on request, without the API. */
async function askForAll(environment: TestEnvironment): Promise<void> {
  const { watched } = await createProfileStore(environment).watchedProfiles('demo');
  const [profile] = watched;
  if (profile === undefined) throw new Error('no profile is watched');
  const queues = createQueues({ connection: environment.redis, prefix: environment.config.redis.prefix });
  const producers = createProducers(queues);
  for (const { computerId } of await environment.records()) {
    const computer = await environment.computers.get('demo', computerId);
    if (computer === null) throw new Error(`computer ${computerId} is not known`);
    const now = Date.now();
    const assessment = assess(computer, profile, now);
    const cause = { kind: 'manual', by: 'test', reason: 'test', overrides: { hourlyCap: false } } as const;
    const fresh = openRedistribution({
      id: randomUUID(),
      computer,
      watched: profile,
      assessment,
      cause,
      now,
    });
    const { record } = await environment.redistributions.open(fresh);
    await producers.startRedistribution('demo', record.id);
  }
  await queues.close();
}

describe('worker processes with the simulated Jamf Pro', () => {
  it(
    'renew 30 due Macs with 30 certificates although one worker is killed during its group changes, and then in the other direction',
    async () => {
      const environment = await begin();
      const { startWorker, records, issued, eventually, joinedGreen, leftBlue, allClosed } = environment;
      const first = await startWorker();
      // Some Macs are in the group, others are not, and calls are in progress.
      await eventually(() => joinedGreen() > 0);
      first.signal('SIGKILL');
      await first.ended;
      await startWorker();
      await eventually(allClosed(DUE));
      expect(issued()).toEqual(repeat(DUE, 1));
      expect((await records()).map(({ state }) => state)).toEqual(repeat(DUE, 'verified'));
      expect(joinedGreen()).toBe(DUE);
      expect(leftBlue()).toBe(DUE);

      await askForAll(environment);
      await startWorker();
      await eventually(() => leftBlue() < DUE);
      environment.children.at(-1)?.signal('SIGKILL');
      await eventually(allClosed(2 * DUE));
      expect(issued()).toEqual(repeat(DUE, 2));
      const second = (await records()).filter(({ cause }) => cause.kind === 'manual');
      expect(second.every(({ direction, state }) => direction === 'to-blue' && state === 'verified')).toBe(
        true,
      );
      expect(joinedGreen() + leftBlue()).toBe(0);
    },
    LONG_TEST_MS,
  );

  it(
    'renew 30 due Macs with 30 certificates although one worker is frozen, loses its jobs, and continues later',
    async () => {
      const { startWorker, records, issued, eventually, joinedGreen, leftBlue, allClosed } = await begin();
      const first = await startWorker();
      await eventually(() => joinedGreen() > 0);
      first.signal('SIGSTOP');
      await startWorker();
      await eventually(async () => {
        const all = await records();
        return all.some(({ state }) => state === 'verified');
      });
      first.signal('SIGCONT');
      await eventually(allClosed(DUE));
      expect(issued()).toEqual(repeat(DUE, 1));
      expect(leftBlue()).toBe(DUE);
    },
    LONG_TEST_MS,
  );

  it(
    'continue after an outage of Redis, and after the loss of its data',
    async () => {
      const { server, redis, computers, startWorker, records, issued, eventually, joinedGreen } =
        await begin();
      await startWorker();
      await startWorker();
      await eventually(() => joinedGreen() >= DUE / 2);
      await server.kill();
      await server.restart();
      await eventually(async () => (await records()).some(({ state }) => state === 'verifying'));
      await redis.flushall();
      // A Mac that was proven before the loss no longer has a record. All Macs must be known as healthy.
      await eventually(async () => {
        const { due, overdue, expired, unknown } = await computers.countStates('demo', 'okta');
        const { known } = await computers.count('demo');
        const all = await records();
        return (
          known === COMPUTERS &&
          due + overdue + expired + unknown === 0 &&
          all.every(({ closedAt }) => closedAt !== null)
        );
      });
      expect(issued()).toEqual(repeat(DUE, 1));
    },
    LONG_TEST_MS,
  );
});
