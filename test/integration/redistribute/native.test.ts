import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from '../../../simulator/index.js';
import { createComputerStore } from '../../../src/store/computers.js';
import { keysUnder } from '../../../src/store/keys.js';
import { createNativeStore } from '../../../src/store/natives.js';
import { createRedistributionStore } from '../../../src/store/redistributions.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { requestsTo, startWorkerChild, type WorkerChild } from '../workers/support.js';

const DUE = 8;
const DAY_MS = 86_400_000;

let server: TestRedis;
let redis: Redis;
let simulator: Simulator;
let child: WorkerChild | null = null;

beforeEach(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  simulator = await startSimulator({
    fleet: { computers: 30, due: DUE, away: 0, officeHours: 0, laptops: 0 },
    rhythm: {
      checkIn: '1s',
      inventory: '3s',
      pushLatency: '200ms',
      installTime: '200ms',
      notNow: 0,
      inventoryAfterInstall: { share: 1, within: '500ms' },
    },
  });
});
afterEach(async () => {
  await child?.close();
  await simulator.close();
  redis.disconnect();
  await server.close();
});

it('what Jamf’s own setting renews is credited to Jamf, whether it was due for us or not, and costs no write', async () => {
  child = await startWorkerChild(`
redis: { url: "${server.url}" }
worker: { port: 0, lock: 1500ms, drain: 10s }
log: { level: info, format: json }
instances:
  demo:
    url: ${simulator.url}
    auth: { clientId: recert, clientSecret: recert-secret }
    maxConnections: 4
    webhooks: { authentication: { type: none, acceptUnauthenticated: true }, gather: 100ms }
    sweep: { changed: 300ms, full: 24h, open: 500ms }
    profiles:
      okta:
        mode: act
        window: 4d
        jitter: 0s
        nativeGrace: 3d
        overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32 }
        canary: []
`);
  const key = keysUnder('recert');
  const natives = createNativeStore({ redis, key });
  const counts = () => natives.since('demo', 'okta', Date.now() - DAY_MS);
  // Recert knows every Mac before the setting is switched on: what was renewed before that is nobody's.
  const known = () => createComputerStore({ redis, key }).count('demo');
  await vi.waitFor(async () => expect((await known()).known).toBe(30), { timeout: 30_000, interval: 50 });
  simulator.world.profiles.update(12, { redistributeDays: 30 });
  await vi.waitFor(async () => expect((await counts()).renewed).toBe(DUE), { timeout: 50_000, interval: 50 });
  expect(await counts()).toEqual({ renewed: DUE, failed: 0, other: 0 });
  const { redistributions } = await createRedistributionStore({ redis, key }).page('demo');
  expect(redistributions.length).toBeGreaterThan(0);
  expect(redistributions.length).toBeLessThan(DUE);
  for (const { state, proof } of redistributions) {
    expect(state).toBe('verified');
    expect(proof?.credit).toBe('jamf');
  }
  expect(child.said('redistribution.renewed').length).toBe(DUE);
  expect((await requestsTo(simulator)).filter((request) => request.startsWith('PUT'))).toEqual([]);
}, 100_000);
