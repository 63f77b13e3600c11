import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from '../../../simulator/index.js';
import { parseConfig } from '../../../src/config/load.js';
import { assess } from '../../../src/domain/assess.js';
import { openRedistribution } from '../../../src/domain/redistribution/open.js';
import type { Redistribution } from '../../../src/domain/redistribution/record.js';
import { createProducers } from '../../../src/queues/producers.js';
import { createQueues } from '../../../src/queues/queues.js';
import { createComputerStore } from '../../../src/store/computers.js';
import { keysUnder } from '../../../src/store/keys.js';
import { createProfileStore } from '../../../src/store/profiles.js';
import { createRedistributionStore } from '../../../src/store/redistributions.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { startWorkerChild, type WorkerChild } from '../workers/support.js';

const DUE = 30;
const [JOIN_GREEN, LEAVE_BLUE] = [31, 32];
const key = keysUnder('recert');

let server: TestRedis;
let redis: Redis;
let simulator: Simulator;
let yaml: string;
let children: WorkerChild[];

beforeEach(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  simulator = await startSimulator({
    fleet: { computers: 60, due: DUE, away: 0, officeHours: 0, laptops: 0 },
    rhythm: {
      checkIn: '1s',
      inventory: '3s',
      pushLatency: '500ms',
      installTime: '500ms',
      notNow: 0.1,
      notNowRetry: '1s',
      inventoryAfterInstall: { share: 0.7, within: '1s' },
    },
  });
  // No webhook is set up: everything has to be found by sweeps.
  yaml = `
redis: { url: "${server.url}" }
worker: { port: 0, lock: 1500ms, drain: 10s }
log: { level: info, format: json }
instances:
  demo:
    url: ${simulator.url}
    auth: { clientId: recert, clientSecret: recert-secret }
    timeout: 5s
    maxConnections: 4
    webhooks: { authentication: { type: none, acceptUnauthenticated: true }, gather: 100ms }
    sweep: { changed: 1s, full: 24h, open: 500ms }
    profiles:
      okta:
        mode: act
        overlap: { blue: 12, green: 13, joinGreen: ${JOIN_GREEN}, leaveBlue: ${LEAVE_BLUE}, settle: 2s }
        waits:
          { online: 10s, command: 10s, delivery: 5m, blankPush: [2s, 5s], inventory: 2m, poll: 250ms, retry: 2s, retryMost: 10s }
        hourlyCap: 1000
        canary: []
`;
  children = [];
});
afterEach(async () => {
  for (const child of children) await child.close();
  await simulator.close();
  redis.disconnect();
  await server.close();
});

async function work(): Promise<WorkerChild> {
  const child = await startWorkerChild(yaml);
  children.push(child);
  return child;
}

const store = () => createRedistributionStore({ redis, key });
const records = async (): Promise<readonly Redistribution[]> =>
  (await store().page('demo', { limit: 500 })).redistributions;

const eventually = (holds: () => Promise<boolean> | boolean) =>
  vi.waitFor(async () => expect(await holds()).toBe(true), { timeout: 90_000, interval: 50 });

const allClosed = (count: number) => async () => {
  const all = await records();
  return all.length === count && all.every(({ closedAt }) => closedAt !== null);
};

const members = (id: number) => simulator.world.groups.get(id)?.members.size ?? 0;
const issued = () => [...simulator.world.ca.issuedByComputer().values()];
const once = Array.from({ length: DUE }, () => 1);

/** What on-call does, without the API: every Mac once more, by hand. */
async function askForAll(): Promise<void> {
  const config = parseConfig(yaml, { source: 'test', environment: {} });
  const computers = createComputerStore({ redis, key });
  const { watched } = await createProfileStore({ redis, key, config }).watchedProfiles('demo');
  const [profile] = watched;
  if (profile === undefined) throw new Error('no profile is watched');
  const queues = createQueues({ connection: redis, prefix: 'recert' });
  const producers = createProducers(queues);
  for (const { computerId } of await records()) {
    const computer = await computers.get('demo', computerId);
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
    const { record } = await store().open(fresh);
    await producers.startRedistribution('demo', record.id);
  }
  await queues.close();
}

describe('worker processes against the pretend Jamf Pro', () => {
  it('renew 30 due Macs by 30 certificates although one is killed at its worst moment, then bring them back', async () => {
    const first = await work();
    // In the middle: some are in the group, others are not, calls are under way.
    await eventually(() => members(JOIN_GREEN) > 0);
    first.signal('SIGKILL');
    await first.ended;
    await work();
    await eventually(allClosed(DUE));
    expect(issued()).toEqual(once);
    expect((await records()).map(({ state }) => state)).toEqual(once.map(() => 'verified'));
    expect(members(JOIN_GREEN)).toBe(DUE);
    expect(members(LEAVE_BLUE)).toBe(DUE);

    await askForAll();
    await work();
    await eventually(() => members(LEAVE_BLUE) < DUE);
    children.at(-1)?.signal('SIGKILL');
    await eventually(allClosed(2 * DUE));
    expect(issued()).toEqual(once.map(() => 2));
    const second = (await records()).filter(({ cause }) => cause.kind === 'manual');
    expect(second.every(({ direction, state }) => direction === 'to-blue' && state === 'verified')).toBe(
      true,
    );
    expect(members(JOIN_GREEN) + members(LEAVE_BLUE)).toBe(0);
  }, 240_000);

  it('renew 30 due Macs by 30 certificates although one hangs, is given up, and goes on later', async () => {
    const first = await work();
    await eventually(() => members(JOIN_GREEN) > 0);
    first.signal('SIGSTOP');
    await work();
    await eventually(async () => {
      const all = await records();
      return all.some(({ state }) => state === 'verified');
    });
    first.signal('SIGCONT');
    await eventually(allClosed(DUE));
    expect(issued()).toEqual(once);
    expect(members(LEAVE_BLUE)).toBe(DUE);
  }, 240_000);

  it('go on after Redis was away, and after it forgot everything', async () => {
    await work();
    await work();
    await eventually(() => members(JOIN_GREEN) >= DUE / 2);
    await server.kill();
    await server.restart();
    await eventually(async () => (await records()).some(({ state }) => state === 'verifying'));
    await redis.flushall();
    // Whoever was proven before the loss has no record any more; what counts is that all are known to be in order.
    await eventually(async () => {
      const computers = createComputerStore({ redis, key });
      const { due, overdue, expired, unknown } = await computers.countStates('demo', 'okta');
      const { known } = await computers.count('demo');
      const all = await records();
      return (
        known === 60 &&
        due + overdue + expired + unknown === 0 &&
        all.every(({ closedAt }) => closedAt !== null)
      );
    });
    expect(issued()).toEqual(once);
  }, 240_000);
});
