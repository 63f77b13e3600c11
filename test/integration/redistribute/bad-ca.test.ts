import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from '../../../simulator/index.js';
import { parseConfig } from '../../../src/config/load.js';
import { keysUnder } from '../../../src/store/keys.js';
import { createLimitStore } from '../../../src/store/limits.js';
import { railPolicyOf } from '../../../src/store/rails.js';
import type { Redistribution } from '../../../src/domain/redistribution/record.js';
import { createRedistributionStore } from '../../../src/store/redistributions.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { startWorkerChild, type WorkerChild } from '../workers/support.js';

const DUE = 20;
const PROFILES = [12, 13];
/** Macs in the first wave of the canary, and in the second. */
const [FIRST, SECOND] = [2, 5];
/** So often each of them asks again while the breaker is open, before it is said to stay open. */
const FURTHER_LOOKS = 3;

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
        canary: [${FIRST}, ${SECOND}]
`;

it('a challenge that is reset in the middle opens the breaker at the third failure, which says so; no more than the canary is issued; after repair and resume the rest goes through', async () => {
  const yaml = yamlFor();
  const policy = parseConfig(yaml, { source: 'test', environment: {} }).instances['demo']?.profiles['okta'];
  if (policy === undefined) throw new Error('no profile');
  const key = keysUnder('recert');
  const store = createRedistributionStore({ redis, key });
  const limits = createLimitStore({ redis, key });
  const rails = () => limits.rails('demo', 'okta', railPolicyOf(policy), Date.now());
  const records = async () => (await store.page('demo', { limit: 500 })).redistributions;
  const eventually = (holds: () => Promise<boolean> | boolean) =>
    vi.waitFor(async () => expect(await holds()).toBe(true), { timeout: 90_000, interval: 20 });
  const { ca, profiles } = simulator.world;
  const asked = () => ca.log().map(({ outcome }) => outcome);
  const issued = () => [...ca.issuedByComputer().values()];

  children.push(await startWorkerChild(yaml), await startWorkerChild(yaml));
  // The second wave begins when inventory has shown the first: so these are the last that get a certificate.
  await eventually(() => issued().length === FIRST);
  ca.resetChallenge();
  await eventually(async () => (await records()).filter(isVerified).length === FIRST);

  await eventually(async () => {
    const rest = (await records()).filter((record) => !isVerified(record));
    return rest.length === DUE - FIRST && rest.every(({ blocked }) => blocked?.reason === 'breaker-open');
  });
  const told = (await rails()).breaker?.text ?? '';
  expect(told).toMatch(/^3 Macs failed with the same error \(okta\): /);
  expect(told).toContain('the challenge password is not valid');
  expect(told).toContain('Was the SCEP challenge reset in Okta? Compare it with the one in the profile');
  expect(told).toContain('Then `recert resume`.');
  const waiting = (await records()).filter((record) => !isVerified(record));
  expect(new Set(waiting.map(({ blocked }) => blocked?.text))).toEqual(new Set([told]));
  expect(children.flatMap((child) => child.said('redistribution.breaker-opened'))).toMatchObject([
    { reason: 'same-error', text: told },
  ]);
  const before = asked();
  const refused = before.length - FIRST;
  expect(issued()).toEqual(Array.from({ length: FIRST }, () => 1));
  expect(refused).toBeGreaterThanOrEqual(3);
  expect(refused).toBeLessThanOrEqual(SECOND);

  // It stays open: each of them has asked again, those that failed too, and Macs and sweeps went on meanwhile.
  const looks = new Map(waiting.map(({ id, version }) => [id, version]));
  const swept = () => children.flatMap((child) => child.said('fleet.swept')).length;
  const sweptBefore = swept();
  await eventually(async () => {
    const now = await records();
    return (
      swept() >= sweptBefore + 5 &&
      now.every(({ id, version }) => version >= (looks.get(id) ?? -Infinity) + FURTHER_LOOKS)
    );
  });
  expect(asked()).toEqual(before);

  for (const profile of PROFILES) profiles.setChallenge(profile, ca.challenge);
  expect(await limits.closeBreaker('demo', 'okta', Date.now())).not.toBeNull();
  await eventually(async () => (await records()).every(({ closedAt }) => closedAt !== null));
  expect((await records()).map(({ state }) => state)).toEqual(Array.from({ length: DUE }, () => 'verified'));
  expect(issued()).toEqual(Array.from({ length: DUE }, () => 1));
  expect(asked().length).toBe(before.length + DUE - FIRST);
  expect((await rails()).breaker).toBeNull();
}, 240_000);

function isVerified({ state }: Redistribution): boolean {
  return state === 'verified';
}
