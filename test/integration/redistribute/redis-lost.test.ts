import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from '../../../simulator/index.js';
import { createComputerStore } from '../../../src/store/computers.js';
import { keysUnder } from '../../../src/store/keys.js';
import { createLeaseStore } from '../../../src/store/leases.js';
import { createRedistributionStore } from '../../../src/store/redistributions.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { startWorkerChild, type WorkerChild } from '../workers/support.js';

const [JOIN_GREEN, LEAVE_BLUE, EXCLUDED] = [31, 32, 33];
const HALVES = [12, 13];
const key = keysUnder('recert');

let server: TestRedis;
let redis: Redis;
let simulator: Simulator;
let children: WorkerChild[];
let yaml: string;

beforeEach(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  // A test takes it away.
  redis.on('error', () => undefined);
  children = [];
});
afterEach(async () => {
  for (const child of children) await child.close();
  await simulator.close();
  redis.disconnect();
  await server.close();
});

/** A fleet of which some Macs expire within four days, and so go by cycle; two workers at it. */
async function begin(due: number): Promise<void> {
  simulator = await startSimulator({
    fleet: { computers: due + 20, due, away: 0, officeHours: 0, laptops: 0 },
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
  });
  yaml = `
redis: { url: "${server.url}" }
worker: { port: 0, lock: 1500ms, drain: 10s }
instances:
  demo:
    url: ${simulator.url}
    auth: { clientId: recert, clientSecret: recert-secret }
    maxConnections: 4
    webhooks: { authentication: { type: none, acceptUnauthenticated: true }, gather: 100ms }
    sweep: { changed: 1s, full: 24h, open: 500ms }
    profiles:
      okta:
        mode: act
        overlap: { blue: 12, green: 13, joinGreen: ${JOIN_GREEN}, leaveBlue: ${LEAVE_BLUE}, settle: 5s }
        mechanisms: [cycle, overlap]
        cycle: { exclude: ${EXCLUDED}, left: 4d, daily: 1, lease: 20s, inFlight: 8 }
        waits:
          { online: 20s, command: 10s, delivery: 5m, blankPush: [3s, 6s], inventory: 2m, poll: 500ms, retry: 2s, retryMost: 10s }
        hourlyCap: 1000
        canary: []
`;
  children.push(await startWorkerChild(yaml), await startWorkerChild(yaml));
}

const store = () => createRedistributionStore({ redis, key });
const records = async () => (await store().page('demo', { limit: 500 })).redistributions;
const verified = async () => (await records()).filter(({ state }) => state === 'verified').length;
const members = (id: number) => [...(simulator.world.groups.get(id)?.members ?? [])];
const issued = () => [...simulator.world.ca.issuedByComputer().values()];
const eventually = (holds: () => Promise<boolean> | boolean) =>
  vi.waitFor(async () => expect(await holds()).toBe(true), { timeout: 200_000, interval: 50 });

/** Everything is closed, and every Mac is known to be in order. */
async function isOver(): Promise<boolean> {
  const all = await records();
  const computers = createComputerStore({ redis, key });
  const { healthy, due, overdue, expired, unknown } = await computers.countStates('demo', 'okta');
  return (
    all.every(({ closedAt }) => closedAt !== null) && healthy > 0 && due + overdue + expired + unknown === 0
  );
}

/** Whether every Mac that should have one of the profiles has one, and not both. */
function hasOneEach(): boolean {
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
async function expectAllWell(due: number): Promise<void> {
  expect(issued()).toEqual(Array.from({ length: due }, () => 1));
  expect(members(EXCLUDED)).toEqual([]);
  expect(await createLeaseStore({ redis, key }).all('demo')).toEqual([]);
  expect(members(LEAVE_BLUE).toSorted()).toEqual(members(JOIN_GREEN).toSorted());
  await eventually(hasOneEach);
  expect(new Set((await records()).map(({ state }) => state))).toEqual(new Set(['verified']));
}

describe('when Redis loses what it knew', () => {
  it('emptied in the middle of 200 open redistributions, some Macs excluded: all end verified, nothing is pushed twice, every lease is taken back', async () => {
    const due = 200;
    await begin(due);
    // Some are settling, others are on their way, some are excluded, others have not begun.
    await eventually(async () => (await verified()) >= 20 && members(EXCLUDED).length >= 3);
    expect(await records()).toHaveLength(due);
    // Both die with it, so that nobody remembers.
    for (const child of children) child.signal('SIGKILL');
    await Promise.all(children.map(({ ended }) => ended));
    await redis.flushall();
    const excluded = members(EXCLUDED);
    expect(excluded.length).toBeGreaterThan(0);
    const heirs = [await startWorkerChild(yaml), await startWorkerChild(yaml)];
    children.push(...heirs);

    const takenBack = () => heirs.flatMap((child) => child.said('lease.taken-back'));
    await eventually(() => takenBack().length > 0);
    // At the start, before any sweep has ended that could have told of them.
    const [first] = takenBack();
    expect(first).toMatchObject({ computers: excluded.length, found: excluded.length });
    await eventually(isOver);
    await expectAllWell(due);
    expect(
      (await records()).some(({ history }) => history[0]?.why.includes('taken up where it settles')),
    ).toBe(true);
  }, 300_000);

  it('back from an old copy: all end verified, nothing is pushed twice, one is open for a Mac', async () => {
    const due = 60;
    await begin(due);
    await eventually(async () => (await verified()) >= 3 && members(EXCLUDED).length > 0);
    const restore = await server.snapshot();
    const old = new Map((await records()).map(({ id, state }) => [id, state]));
    // Until much has happened of which the copy knows nothing: whoever was excluded is back, others are renewed or even settled.
    await eventually(
      async () =>
        (await verified()) >= due / 2 &&
        (await records()).filter(({ closedAt }) => closedAt !== null).length >= 5,
    );
    await restore();
    expect((await records()).filter(({ state }) => state === 'verified').length).toBeLessThan(due / 2);
    expect(new Set((await records()).map(({ id }) => id))).toEqual(new Set(old.keys()));

    await eventually(isOver);
    await expectAllWell(due);
    expect(await store().openIds('demo', '0')).toMatchObject({ ids: [] });
  }, 300_000);
});
