import type { Redis } from 'ioredis';
import { stringify } from 'yaml';
import { z } from 'zod';
import { type Environment, openEnvironment, type Program } from '../harness/environment.js';
import type { PrivateRedis } from '../harness/redis.js';
import type { ServerOptionsInput } from '../simulator/index.js';
import { subscribe } from '../src/cli/demo/webhooks.js';
import { parseConfig } from '../src/config/load.js';
import type { Config } from '../src/config/schema.js';
import { createEventLog, type EventLog } from '../src/store/admission/event-log.js';
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
import { type CountingProxy, startCountingProxy } from './proxy.js';

/** Name of the only Jamf Pro server in the configuration, and name of its only watched profile. */
export const INSTANCE = 'prove';
export const PROFILE = 'okta';

/**
 * Number of characters of the output of a process that are kept in memory. The log file contains the complete
 * output.
 */
const KEEP = 100_000;

const requestLog = z.array(z.object({ number: z.int(), path: z.string(), query: z.looseObject({}) }));

/** An entry of the request log of the simulator. */
export type Request = z.output<typeof requestLog>[number];

/** Redis with its stores, and the processes of the service. Starts no receiver and no worker. */
export interface ServiceEnvironment {
  config: Config;
  server: PrivateRedis;
  redis: Redis;
  computers: ComputerStore;
  cursors: CursorStore;
  events: EventLog;
  hints: Hints;
  leases: LeaseStore;
  profiles: ProfileStore;
  redistributions: RedistributionStore;
  /** Starts a worker; `name` is the name of its log file. `settings`: another configuration. */
  worker(name: string, settings?: Settings): Promise<Program>;
  receiver(): Promise<Program>;
  close(): Promise<void>;
}

/** Returns a configuration of the service. */
type Settings = (addresses: { redisUrl: string; folder: string }) => object;

/** Starts Redis in an environment. `settings` returns the configuration of the service. */
export async function startService(
  environment: Environment,
  settings: Settings,
): Promise<ServiceEnvironment> {
  const server = await environment.redis();
  const addresses = { redisUrl: server.url, folder: environment.folder };
  const values = settings(addresses);
  const config = parseConfig(stringify(values), { source: 'the configuration', environment: {} });
  const redis = server.client;
  const key = keysUnder(config.redis.prefix);
  return {
    config,
    server,
    redis,
    computers: createComputerStore({ redis, key }),
    cursors: createCursorStore({ redis, key }),
    events: createEventLog({ redis, key }),
    hints: createHints({ redis, key, now: Date.now }),
    leases: createLeaseStore({ redis, key }),
    profiles: createProfileStore({ redis, key, config }),
    redistributions: createRedistributionStore({ redis, key }),
    worker: (name, other) =>
      environment.program('worker', other?.(addresses) ?? values, { name, keep: KEEP }),
    receiver: () => environment.program('receiver', values, { keep: KEEP }),
    close: () => environment.close(),
  };
}

/** Definition of a fleet environment: options of the simulator, and the configuration of the service. */
export interface FleetPlan {
  simulator: ServerOptionsInput;
  settings: (addresses: { redisUrl: string; jamfUrl: string; folder: string }) => object;
}

/** A service environment with the simulator as its Jamf Pro. The receiver is the destination of all webhooks. */
export interface FleetEnvironment extends Omit<ServiceEnvironment, 'worker'> {
  /** Starts a worker; `name` is the name of its log file. `settings`: another configuration. */
  worker(name: string, settings?: FleetPlan['settings']): Promise<Program>;
  proxy: CountingProxy;
  /** Requests to Jamf Pro with a number above `after` (0: all), oldest first. */
  requests(after: number): Promise<readonly Request[]>;
  /** Calls the control API of the simulator: GET without a body, otherwise `method`. @throws Error at a status above 299 */
  control(path: string, body?: unknown, method?: 'POST' | 'PUT'): Promise<unknown>;
}

/** Starts Redis and the simulator. Data and logs are written to `folder` (default: a temporary folder). */
export function openFleetEnvironment(plan: FleetPlan, folder?: string): Promise<FleetEnvironment> {
  return openEnvironment(async (environment) => {
    const simulator = await environment.program('simulator', plan.simulator, { keep: KEEP });
    const proxy = environment.add(await startCountingProxy(simulator.url), (started) => started.close());
    const settingsOf =
      (settings: FleetPlan['settings']): Settings =>
      (addresses) =>
        settings({ ...addresses, jamfUrl: proxy.url });
    const service = await startService(environment, settingsOf(plan.settings));
    const control = controlOf(simulator.url);
    return {
      ...service,
      proxy,
      control,
      worker: (name, settings) => service.worker(name, settingsOf(settings ?? plan.settings)),
      requests: async (after) => requestLog.parse(await control(`requests?after=${after}`)),
      receiver: async () => {
        const receiver = await service.receiver();
        await subscribe(service.config, [receiver.url]);
        return receiver;
      },
    };
  }, folder);
}

function controlOf(url: string): FleetEnvironment['control'] {
  return async (path, body, method = 'POST') => {
    const response = await fetch(`${url}/__simulator/${path}`, {
      ...(body === undefined
        ? {}
        : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
}

/** Memory that Redis uses for data, bytes, without the buffers of connections and of the append-only file. */
export async function usedMemory(redis: Redis): Promise<number> {
  const info = await redis.info('memory');
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return field('used_memory') - field('mem_clients_normal') - field('mem_aof_buffer');
}
