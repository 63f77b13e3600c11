import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { ServerOptionsInput } from '../simulator/index.js';
import { subscribe } from '../src/cli/demo/webhooks.js';
import { parseConfig } from '../src/config/load.js';
import type { Config } from '../src/config/schema.js';
import { createUndoList, startOrUndo, type UndoList } from '../src/process/stop.js';
import { createComputerStore, type ComputerStore } from '../src/store/computers/computers.js';
import { createCursorStore, type CursorStore } from '../src/store/cursors/cursors.js';
import { createHints, type Hints } from '../src/store/hints/hints.js';
import { keysUnder } from '../src/store/redis/keys.js';
import { createLeaseStore, type LeaseStore } from '../src/store/redistributions/leases.js';
import { createProfileStore, type ProfileStore } from '../src/store/profiles/profiles.js';
import {
  createRedistributionStore,
  type RedistributionStore,
} from '../src/store/redistributions/redistributions.js';
import { startProcess, type Running } from './process.js';
import { type CountingProxy, startCountingProxy } from './proxy.js';
import { openRedis, type PrivateRedis } from './redis.js';

/** Name of the only Jamf Pro server in the configuration, and of its only watched profile. */
export const INSTANCE = 'prove';
export const PROFILE = 'okta';

const requestLog = z.array(z.object({ number: z.int(), path: z.string(), query: z.looseObject({}) }));

/** An entry of the request log of the simulator. */
export type Request = z.output<typeof requestLog>[number];

/** Definition of a test environment: options of the simulator, and the configuration of the service. */
export interface StagePlan {
  simulator: ServerOptionsInput;
  settings: (addresses: { redisUrl: string; jamfUrl: string; folder: string }) => unknown;
}

/** A test environment: Redis, the simulator, and the processes of the service, each in a separate process. */
export interface Stage {
  /** Data folder of Redis. */
  dataFolder: string;
  server: Pick<PrivateRedis, 'kill' | 'restart'>;
  redis: Redis;
  computers: ComputerStore;
  cursors: CursorStore;
  hints: Hints;
  leases: LeaseStore;
  profiles: ProfileStore;
  redistributions: RedistributionStore;
  proxy: CountingProxy;
  /** Starts a worker; `name` is the name of its log file. */
  worker(name: string): Promise<Running>;
  /** Starts a receiver and registers it in Jamf Pro as the destination of all webhooks. */
  receiver(): Promise<Running>;
  /** Requests to Jamf Pro with a number above `after` (0: all), oldest first. */
  requests(after: number): Promise<readonly Request[]>;
  /** Calls the control API of the simulator: GET without a body, otherwise `method`. @throws Error at a status above 299 */
  control(path: string, body?: unknown, method?: 'POST' | 'PUT'): Promise<unknown>;
  /** Memory that Redis uses for data, bytes, without the buffers of connections and of the append-only file. */
  usedMemory(): Promise<number>;
  close(): Promise<void>;
}

/** Starts Redis and the simulator. Data and logs are written to `folder`. Starts no receiver and no worker. */
export function openStage(plan: StagePlan, folder: string): Promise<Stage> {
  const undo = createUndoList();
  return startOrUndo(undo, () => open(plan, folder, undo));
}

async function open(plan: StagePlan, folder: string, undo: UndoList): Promise<Stage> {
  mkdirSync(folder, { recursive: true });
  const dataFolder = join(folder, 'redis');
  const server = await openRedis(dataFolder);
  undo.push('Redis', () => server.close());
  const simulator = await startSimulator(plan.simulator, folder);
  undo.push('simulator', () => simulator.kill());
  const proxy = await startCountingProxy(simulator.found);
  undo.push('proxy', () => proxy.close());
  const file = join(folder, 'recert.yaml');
  const text = stringify(plan.settings({ redisUrl: server.url, jamfUrl: proxy.url, folder }));
  writeFileSync(file, text, { mode: 0o600 });
  const config = parseConfig(text, { source: file, environment: {} });
  return {
    ...createStores(config, server.client),
    ...createControlClient(simulator.found),
    ...createStarters(config, file, folder, undo),
    dataFolder,
    server,
    proxy,
    close: () => undo.stop(),
  };
}

function createStores(config: Config, redis: Redis) {
  const key = keysUnder(config.redis.prefix);
  return {
    redis,
    computers: createComputerStore({ redis, key }),
    cursors: createCursorStore({ redis, key }),
    hints: createHints({ redis, key, now: Date.now }),
    leases: createLeaseStore({ redis, key }),
    profiles: createProfileStore({ redis, key, config }),
    redistributions: createRedistributionStore({ redis, key }),
    usedMemory: async () => {
      const info = await redis.info('memory');
      const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
      return field('used_memory') - field('mem_clients_normal') - field('mem_aof_buffer');
    },
  };
}

function createControlClient(url: string) {
  const control: Stage['control'] = async (path, body, method = 'POST') => {
    const response = await fetch(`${url}/__simulator/${path}`, {
      ...(body === undefined
        ? {}
        : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return {
    control,
    requests: async (after: number) => requestLog.parse(await control(`requests?after=${after}`)),
  };
}

function createStarters(config: Config, file: string, folder: string, undo: UndoList) {
  const start = async (name: string, script: string, ready: RegExp) => {
    const environment = { RECERT_CONFIG: file };
    const running = await startProcess(name, { script, ready, folder, environment });
    undo.push(name, () => running.kill());
    return running;
  };
  return {
    worker: (name: string) => start(name, 'dist/workers/main.js', /worker listens on (http:[^\s"]+)/),
    receiver: async () => {
      const running = await start('receiver', 'dist/src/main.js', /receiver listens on (http:[^\s"]+)/);
      await subscribe(config, [running.found]);
      return running;
    },
  };
}

async function startSimulator(options: ServerOptionsInput, folder: string): Promise<Running> {
  const file = join(folder, 'simulator.yaml');
  writeFileSync(file, stringify(options));
  return startProcess('simulator', {
    script: 'dist/simulator/main.js',
    words: ['--config', file],
    ready: /Simulated Jamf Pro: (\S+)/,
    folder,
  });
}
