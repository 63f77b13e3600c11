import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { type ServerOptionsInput, startSimulator } from '../../../simulator/index.js';
import { SEEDED } from '../../../simulator/world/seeded.js';
import type { instanceSchema } from '../../../src/config/sections/instance.js';
import { parseConfig } from '../../../src/config/load.js';
import type { oktaSchema } from '../../../src/config/sections/okta.js';
import type { profileSchema } from '../../../src/config/sections/profile.js';
import { createComputerStore } from '../../../src/store/computers/computers.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createLeaseStore } from '../../../src/store/redistributions/leases.js';
import { createRedistributionStore } from '../../../src/store/redistributions/redistributions.js';
import { startTestRedis } from '../support/redis.js';
import { startWorkerChild, type WorkerChild } from '../workers/support.js';
import { LONG_PATIENCE_MS, untilTrue } from '../../support/eventually.js';

const { blue, green, joinGreen, leaveBlue } = SEEDED;

/** The overlap that the simulator has by default. */
export const OVERLAP = { blue, green, joinGreen, leaveBlue };

/** Waits in seconds, for a fleet with this rhythm. */
export const WAITS = {
  online: '10s',
  command: '10s',
  delivery: '5m',
  blankPush: ['2s', '5s'],
  inventory: '2m',
  poll: '200ms',
  retry: '1s',
  retryMost: '2s',
};

/** Macs that need seconds instead of hours, and never answer NotNow. */
export const RHYTHM = {
  checkIn: '1s',
  inventory: '2s',
  pushLatency: '200ms',
  installTime: '200ms',
  notNow: 0,
  inventoryAfterInstall: { share: 1, within: '500ms' },
};

/** Options of a test. Durations are strings as in the configuration. */
export interface EnvironmentOptions {
  /** By default every Mac is a desktop that is always online and fast; `fleet` and `rhythm` change that. */
  simulator: ServerOptionsInput;
  /** Additional settings of the instance. */
  instance?: Pick<z.input<typeof instanceSchema>, 'timeout' | 'sweep' | 'maxConnections'>;
  /** Settings of the connector to Okta, for the URL of the simulator. */
  connector?: (url: string) => z.input<typeof oktaSchema>;
  /** Settings of its profile `okta`, which is in act mode without a canary. */
  okta: Partial<z.input<typeof profileSchema>>;
}

export type TestEnvironment = Awaited<ReturnType<typeof startEnvironment>>;

/**
 * Starts Redis, and the simulated Jamf Pro as the instance `demo`. Starts no worker. Everything is stopped when the test ends. No webhook
 * is configured, so sweeps must find everything.
 */
export async function startEnvironment({
  simulator: options,
  instance,
  connector,
  okta,
}: EnvironmentOptions) {
  const server = await startTestRedis();
  onTestFinished(() => server.close());
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  // A test may stop Redis.
  redis.on('error', () => undefined);
  onTestFinished(() => redis.disconnect());
  const simulator = await startSimulator({
    ...options,
    fleet: { away: 0, officeHours: 0, laptops: 0, ...options.fleet },
    rhythm: { ...RHYTHM, ...options.rhythm },
  });
  onTestFinished(() => simulator.close());
  const children: WorkerChild[] = [];
  onTestFinished(async () => {
    for (const child of children) await child.close();
  });

  const demo = {
    url: simulator.url,
    auth: { clientId: 'recert', clientSecret: 'recert-secret' },
    maxConnections: 4,
    webhooks: { authentication: { type: 'none', acceptUnauthenticated: true }, gather: '100ms' },
    ...instance,
    ...(connector ? { okta: connector(simulator.url) } : {}),
    sweep: { changed: '1s', full: '24h', open: '500ms', ...instance?.sweep },
    profiles: { okta: { overlap: OVERLAP, canary: [], ...okta } },
  };
  const yamlOf = (mode: 'act' | 'observe') =>
    stringify({
      redis: { url: server.url },
      http: { port: 0 },
      worker: { port: 0, lock: '1500ms', drain: '10s' },
      instances: { demo: { ...demo, profiles: { okta: { ...demo.profiles.okta, mode } } } },
    });
  const configured = okta.mode ?? 'act';
  const config = parseConfig(yamlOf(configured), { source: 'test', environment: {} });
  const key = keysUnder(config.redis.prefix);
  const redistributions = createRedistributionStore({ redis, key });
  return {
    server,
    redis,
    key,
    config,
    simulator,
    redistributions,
    computers: createComputerStore({ redis, key }),
    leases: createLeaseStore({ redis, key }),
    /** All worker processes so far, oldest first. */
    children,
    /** Starts a worker process. */
    startWorker: async ({ mode = configured }: { mode?: 'act' | 'observe' } = {}): Promise<WorkerChild> => {
      const child = await startWorkerChild(yamlOf(mode));
      children.push(child);
      return child;
    },
    /** Kills all worker processes, like a power failure. */
    killWorkers: async (): Promise<void> => {
      for (const child of children) child.signal('SIGKILL');
      await Promise.all(children.map(({ ended }) => ended));
    },
    records: async () => (await redistributions.page('demo', { limit: 500 })).redistributions,
    /** IDs of the Macs in a group. */
    members: (group: number) => [...(simulator.world.groups.get(group)?.members ?? [])],
    /** Number of certificates that the CA has issued, for each Mac that has any. */
    issued: () => [...simulator.world.ca.issuedByComputer().values()],
    eventually: (holds: () => Promise<boolean> | boolean) => untilTrue(holds, LONG_PATIENCE_MS),
  };
}

/** An array of `macs` equal values: `repeat(3, 1)` is `[1, 1, 1]`. */
export const repeat = <Value>(macs: number, value: Value): Value[] =>
  Array.from({ length: macs }, () => value);
