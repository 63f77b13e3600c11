import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from '../../../simulator/index.js';
import { parseConfig } from '../../../src/config/load.js';
import { keysUnder } from '../../../src/store/keys.js';
import { createLimitStore } from '../../../src/store/limits.js';
import { railPolicyOf } from '../../../src/store/rails.js';
import { createRedistributionStore } from '../../../src/store/redistributions.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { startWorkerChild, type WorkerChild } from '../workers/support.js';

const DUE = 20;
const PROFILES = [12, 13];

let server: TestRedis;
let redis: Redis;
let simulator: Simulator;
let children: WorkerChild[];

beforeEach(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  children = [];
  simulator = await startSimulator({
    fleet: { computers: 30, due: DUE, away: 0, officeHours: 0, laptops: 0 },
    rhythm: {
      checkIn: '1s',
      inventory: '2s',
      pushLatency: '200ms',
      installTime: '200ms',
      notNow: 0,
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

const yamlFor = () => `
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
        overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32, settle: 1s }
        waits:
          { online: 10s, command: 10s, delivery: 5m, blankPush: [2s, 5s], inventory: 2m, poll: 200ms, retry: 1s, retryMost: 2s }
        hourlyCap: 1000
        canary: [1, 2, 4]
`;

it('a challenge that was reset opens the breaker after the third failure; after repair and resume the rest goes through', async () => {
  const yaml = yamlFor();
  const policy = parseConfig(yaml, { source: 'test', environment: {} }).instances['demo']?.profiles['okta'];
  if (policy === undefined) throw new Error('no profile');
  const key = keysUnder('recert');
  const store = createRedistributionStore({ redis, key });
  const limits = createLimitStore({ redis, key });
  const rails = () => limits.rails('demo', 'okta', railPolicyOf(policy), Date.now());
  const records = async () => (await store.page('demo', { limit: 500 })).redistributions;
  const eventually = (holds: () => Promise<boolean>) =>
    vi.waitFor(async () => expect(await holds()).toBe(true), { timeout: 90_000, interval: 50 });
  const commands = async () =>
    (await records()).reduce(
      (sum, { attempts }) => sum + attempts.filter((one) => one.command !== null).length,
      0,
    );

  simulator.world.ca.resetChallenge();
  children.push(await startWorkerChild(yaml), await startWorkerChild(yaml));
  await eventually(async () => (await records()).length === DUE);
  await eventually(
    async () =>
      (await records()).filter(({ blocked }) => blocked?.reason === 'breaker-open').length > DUE / 2,
  );
  const failed = await commands();
  expect((await rails()).breaker?.text).toContain('Was the SCEP challenge reset in Okta?');
  expect(failed).toBe(3);
  expect(simulator.world.ca.issuedByComputer().size).toBe(0);
  const [waiting] = (await records()).filter(({ blocked }) => blocked?.reason === 'breaker-open');
  expect(waiting?.blocked?.text).toContain('the challenge');

  // It stays open, whatever else is tried meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(await commands()).toBe(failed);

  for (const profile of PROFILES)
    simulator.world.profiles.setChallenge(profile, simulator.world.ca.challenge);
  expect(await limits.closeBreaker('demo', 'okta', Date.now())).not.toBeNull();
  await eventually(async () => (await records()).every(({ closedAt }) => closedAt !== null));
  expect((await records()).map(({ state }) => state)).toEqual(Array.from({ length: DUE }, () => 'verified'));
  expect([...simulator.world.ca.issuedByComputer().values()]).toEqual(Array.from({ length: DUE }, () => 1));
  expect((await rails()).breaker).toBeNull();
}, 240_000);
