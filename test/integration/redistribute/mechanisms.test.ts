import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from '../../../simulator/index.js';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { keysUnder } from '../../../src/store/keys.js';
import { createLeaseStore } from '../../../src/store/leases.js';
import { createRedistributionStore } from '../../../src/store/redistributions.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { requestsTo, startWorkerChild, type WorkerChild } from '../workers/support.js';

const DUE = 12;
const [JOIN_GREEN, LEAVE_BLUE] = [31, 32];
const once = Array.from({ length: DUE }, () => 1);

let server: TestRedis;
let redis: Redis;
let simulator: Simulator;
let children: WorkerChild[];

beforeEach(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  children = [];
  simulator = await startSimulator({
    fleet: { computers: 30, due: DUE, dueWithin: '5d', away: 0, officeHours: 0, laptops: 0 },
    profiles: { excludable: true },
    rhythm: {
      checkIn: '1s',
      inventory: '2s',
      pushLatency: '300ms',
      installTime: '300ms',
      notNow: 0.1,
      notNowRetry: '1s',
      inventoryAfterInstall: { share: 1, within: '500ms' },
    },
  });
});
afterEach(async () => {
  for (const child of children) await child.close();
  await simulator.close();
  redis.disconnect();
  await server.close();
});

const yamlFor = (mechanisms: string) => `
redis: { url: "${server.url}" }
worker: { port: 0, lock: 1500ms, drain: 10s }
log: { level: info, format: json }
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
        overlap: { blue: 12, green: 13, joinGreen: ${JOIN_GREEN}, leaveBlue: ${LEAVE_BLUE}, settle: 1s }
        ${mechanisms}
        waits:
          { online: 20s, command: 4s, delivery: 5m, blankPush: [2s, 5s], inventory: 2m, poll: 300ms, retry: 2s, retryMost: 2s }
        hourlyCap: 1000
        canary: []
        breaker: { inARow: 100, sameError: 100, share: 1, of: 100 }
`;

const store = () => createRedistributionStore({ redis, key: keysUnder('recert') });
const records = async () => (await store().page('demo', { limit: 500 })).redistributions;
const members = (id: number) => [...(simulator.world.groups.get(id)?.members ?? [])];
const eventually = (holds: () => unknown) =>
  vi.waitFor(async () => expect(await holds()).toBeTruthy(), { timeout: 90_000, interval: 30 });
const issued = () => [...simulator.world.ca.issuedByComputer().values()];

it('cycle renews every Mac by one certificate, though workers are killed and Redis is emptied; nobody stays excluded', async () => {
  const group = SEEDED.excluded;
  const yaml = yamlFor(`mechanisms: [cycle]
        cycle: { exclude: ${group}, daily: 1, lease: 20s, alarm: 5s }`);
  let most = 0;
  const watching = setInterval(() => {
    most = Math.max(most, members(group).length);
  }, 5);
  try {
    children.push(await startWorkerChild(yaml), await startWorkerChild(yaml));
    await eventually(() => members(group).length > 1);
    // Every Mac in the group has its lease in Redis.
    const leases = await createLeaseStore({ redis, key: keysUnder('recert') }).all('demo');
    const held = leases.map(({ computerId }) => Number(computerId));
    expect(members(group).filter((id) => !held.includes(id))).toEqual([]);
    for (const child of children) child.signal('SIGKILL');
    await Promise.all(children.map(({ ended }) => ended));
    expect(members(group).length).toBeGreaterThan(0);

    children.push(await startWorkerChild(yaml), await startWorkerChild(yaml));
    await eventually(async () => (await records()).filter(({ state }) => state === 'verified').length >= 4);
    await eventually(() => members(group).length > 0);
    await redis.flushall();

    await eventually(async () => {
      const all = await records();
      return issued().length === DUE && all.every(({ closedAt }) => closedAt !== null);
    });
  } finally {
    clearInterval(watching);
  }
  expect(issued()).toEqual(once);
  expect(members(group)).toEqual([]);
  expect(most).toBeLessThanOrEqual(5);
  const left = await createLeaseStore({ redis, key: keysUnder('recert') }).all('demo');
  expect(left).toEqual([]);
  expect([JOIN_GREEN, LEAVE_BLUE].flatMap(members)).toEqual([]);
}, 200_000);

it('a Mac that somebody put into the exclusion group is taken out at the start of a worker, though nothing acts', async () => {
  const group = SEEDED.excluded;
  const [stranger = 0] = simulator.world.computers
    .all()
    .filter(({ managed }) => managed)
    .map(({ id }) => id);
  simulator.world.groups.changeMembers(group, { add: [stranger] });
  const yaml = yamlFor(`mechanisms: [cycle]
        cycle: { exclude: ${group} }`).replace('mode: act', 'mode: observe');
  const child = await startWorkerChild(yaml);
  children.push(child);
  await eventually(() => members(group).length === 0);
  await eventually(() => child.said('lease.taken-back').length === 1);
  expect(child.said('lease.taken-back')[0]).toMatchObject({ computers: 1, found: 1 });
}, 100_000);

it('unstick has Jamf send again what failed: one flush for each Mac, no group changed twice, one certificate', async () => {
  simulator.world.ca.resetChallenge();
  const child = await startWorkerChild(yamlFor('mechanisms: [unstick, overlap]'));
  children.push(child);
  await eventually(async () => {
    const all = await records();
    return all.length === DUE && all.every(({ attempts }) => attempts[0]?.outcome === 'error');
  });
  for (const profile of [12, 13])
    simulator.world.profiles.setChallenge(profile, simulator.world.ca.challenge);
  await eventually(async () => (await records()).every(({ closedAt }) => closedAt !== null));
  const all = await records();
  expect(all.map(({ state }) => state)).toEqual(Array.from({ length: DUE }, () => 'verified'));
  expect(issued()).toEqual(once);
  const flushes = (await requestsTo(simulator)).filter((request) => request.includes('commandflush'));
  expect(
    flushes.every((one) => /^DELETE .*\/commandflush\/computers\/id\/\d+\/status\/Failed$/.test(one)),
  ).toBe(true);
  const unstuck = all.flatMap(({ attempts }) => attempts.filter(({ mechanism }) => mechanism === 'unstick'));
  expect(flushes.length).toBe(unstuck.length);
  expect(unstuck.length).toBeGreaterThanOrEqual(DUE / 2);
  expect(members(LEAVE_BLUE).length).toBe(DUE);
}, 200_000);
