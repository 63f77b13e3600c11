import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from '../../../simulator/index.js';
import { keysUnder } from '../../../src/store/keys.js';
import { createRedistributionStore } from '../../../src/store/redistributions.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { startWorkerChild, type WorkerChild } from '../workers/support.js';

const DUE = 200;
const [JOIN_GREEN, LEAVE_BLUE] = [31, 32];

let server: TestRedis;
let redis: Redis;
let simulator: Simulator;
let children: WorkerChild[];

beforeEach(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  children = [];
  simulator = await startSimulator({
    fleet: { computers: 220, due: DUE, away: 0, officeHours: 0, laptops: 0 },
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
});
afterEach(async () => {
  for (const child of children) await child.close();
  await simulator.close();
  redis.disconnect();
  await server.close();
});

it('Redis emptied in the middle of 200 open redistributions: all end verified, nothing is pushed twice, nobody keeps both', async () => {
  const yaml = `
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
        overlap: { blue: 12, green: 13, joinGreen: ${JOIN_GREEN}, leaveBlue: ${LEAVE_BLUE}, settle: 10s }
        waits:
          { online: 20s, command: 10s, delivery: 5m, blankPush: [3s, 6s], inventory: 2m, poll: 500ms, retry: 2s, retryMost: 10s }
        hourlyCap: 1000
        canary: []
`;
  const store = createRedistributionStore({ redis, key: keysUnder('recert') });
  const records = async () => (await store.page('demo', { limit: 500 })).redistributions;
  const eventually = (holds: () => Promise<boolean>) =>
    vi.waitFor(async () => expect(await holds()).toBe(true), { timeout: 200_000, interval: 100 });
  const members = (id: number) => simulator.world.groups.get(id)?.members.size ?? 0;

  children.push(await startWorkerChild(yaml), await startWorkerChild(yaml));
  // Some are settling, others are on their way, others have not begun.
  await eventually(async () => (await records()).filter(({ state }) => state === 'verified').length >= 40);
  const before = await records();
  expect(before.length).toBe(DUE);
  expect(before.some(({ state }) => state !== 'verified')).toBe(true);
  await redis.flushall();

  await eventually(async () => {
    const all = await records();
    return members(LEAVE_BLUE) === DUE && all.length > 0 && all.every(({ closedAt }) => closedAt !== null);
  });
  expect([...simulator.world.ca.issuedByComputer().values()]).toEqual(Array.from({ length: DUE }, () => 1));
  expect(members(JOIN_GREEN)).toBe(DUE);
  const after = await records();
  expect(new Set(after.map(({ state }) => state))).toEqual(new Set(['verified']));
  expect(after.some(({ history }) => history[0]?.why.includes('taken up where it settles'))).toBe(true);
}, 300_000);
