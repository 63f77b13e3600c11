import { expect, it } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { repeat, OVERLAP, type EnvironmentOptions, startEnvironment, WAITS } from './environment.js';
import { requestsTo } from '../workers/support.js';
import { LONG_TEST_MS } from '../../support/eventually.js';

const DUE = 12;
/** Default of `cycle.inFlight`. */
const IN_FLIGHT = 5;
const { blue, green, joinGreen, leaveBlue, excluded } = SEEDED;

const begin = (mechanisms: EnvironmentOptions['okta']) =>
  startEnvironment({
    simulator: {
      fleet: { computers: 30, due: DUE, dueWithin: '5d' },
      profiles: { excludable: true },
      rhythm: { pushLatency: '300ms', installTime: '300ms', notNow: 0.1, notNowRetry: '1s' },
    },
    okta: {
      overlap: { ...OVERLAP, settle: '1s' },
      waits: { ...WAITS, online: '20s', command: '4s', poll: '300ms', retry: '2s' },
      hourlyCap: 1000,
      breaker: { inARow: 100, sameError: 100, share: 1, of: 100 },
      ...mechanisms,
    },
  });

it(
  'cycle renews every Mac with one certificate while workers are killed and Redis is emptied, and no Mac stays excluded',
  async () => {
    const { redis, leases, startWorker, killWorkers, records, members, issued, eventually } = await begin({
      mechanisms: ['cycle'],
      cycle: { exclude: excluded, daily: 1, lease: '20s', alarm: '5s' },
    });
    let most = 0;
    let limit = IN_FLIGHT;
    const watching = setInterval(() => {
      most = Math.max(most, members(excluded).length);
    }, 5);
    try {
      await startWorker();
      await startWorker();
      await eventually(() => members(excluded).length > 1);
      // Every Mac in the group has its lease in Redis.
      const held = (await leases.all('demo')).map(({ computerId }) => Number(computerId));
      expect(members(excluded).filter((id) => !held.includes(id))).toEqual([]);
      await killWorkers();
      expect(members(excluded).length).toBeGreaterThan(0);

      await startWorker();
      await startWorker();
      await eventually(async () => (await records()).filter(({ state }) => state === 'verified').length >= 4);
      await eventually(() => members(excluded).length > 0);
      expect(most).toBeLessThanOrEqual(limit);
      // Until the group is read again, the Macs that were excluded before the loss are not counted.
      await redis.flushall();
      limit += IN_FLIGHT;

      await eventually(async () => {
        const all = await records();
        return issued().length === DUE && all.every(({ closedAt }) => closedAt !== null);
      });
    } finally {
      clearInterval(watching);
    }
    expect(issued()).toEqual(repeat(DUE, 1));
    expect(members(excluded)).toEqual([]);
    expect(most).toBeLessThanOrEqual(limit);
    expect(await leases.all('demo')).toEqual([]);
    expect([joinGreen, leaveBlue].flatMap(members)).toEqual([]);
  },
  LONG_TEST_MS,
);

it(
  'a Mac that someone added to the exclusion group is restored when a worker starts, even in observe mode',
  async () => {
    const { simulator, startWorker, members, eventually } = await begin({
      mode: 'observe',
      mechanisms: ['cycle'],
      cycle: { exclude: excluded },
    });
    const [stranger = 0] = simulator.world.computers
      .all()
      .filter(({ managed }) => managed)
      .map(({ id }) => id);
    simulator.world.groups.changeMembers(excluded, { add: [stranger] });
    const child = await startWorker();
    await eventually(() => members(excluded).length === 0);
    await eventually(() => child.said('lease.taken-back').length === 1);
    expect(child.said('lease.taken-back')[0]).toMatchObject({ computers: 1, found: 1 });
  },
  LONG_TEST_MS,
);

it(
  'unstick makes Jamf Pro repeat failed installations: one flush per Mac, no second group change, one certificate',
  async () => {
    const { simulator, startWorker, records, members, issued, eventually } = await begin({
      mechanisms: ['unstick', 'overlap'],
    });
    simulator.world.ca.resetChallenge();
    await startWorker();
    await eventually(async () => {
      const all = await records();
      return all.length === DUE && all.every(({ attempts }) => attempts[0]?.outcome === 'error');
    });
    for (const profile of [blue, green])
      simulator.world.profiles.setChallenge(profile, simulator.world.ca.challenge);
    await eventually(async () => (await records()).every(({ closedAt }) => closedAt !== null));
    const all = await records();
    expect(all.map(({ state }) => state)).toEqual(repeat(DUE, 'verified'));
    expect(issued()).toEqual(repeat(DUE, 1));
    const flushes = (await requestsTo(simulator)).filter((request) => request.includes('commandflush'));
    expect(
      flushes.every((one) => /^DELETE .*\/commandflush\/computers\/id\/\d+\/status\/Failed$/.test(one)),
    ).toBe(true);
    const unstuck = all.flatMap(({ attempts }) =>
      attempts.filter(({ mechanism }) => mechanism === 'unstick'),
    );
    expect(flushes.length).toBe(unstuck.length);
    expect(unstuck.length).toBeGreaterThanOrEqual(DUE / 2);
    expect(members(leaveBlue).length).toBe(DUE);
  },
  LONG_TEST_MS,
);
