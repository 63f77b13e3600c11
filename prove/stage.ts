import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { stringify } from 'yaml';
import { z } from 'zod';
import { startRedis } from '../scripts/redis.mjs';
import { subscribe } from '../src/cli/demo/webhooks.js';
import { parseConfig } from '../src/config/load.js';
import type { Config } from '../src/config/schema.js';
import { createComputerStore, type ComputerStore } from '../src/store/computers.js';
import { createCursorStore, type CursorStore } from '../src/store/cursors.js';
import { createHints, type Hints } from '../src/store/hints.js';
import { keysUnder } from '../src/store/keys.js';
import { createProfileStore, type ProfileStore } from '../src/store/profiles.js';
import { createRedistributionStore, type RedistributionStore } from '../src/store/redistributions.js';
import type { ProofOptions } from './options.js';
import { startProcess, type Running } from './process.js';
import { type CountingProxy, startCountingProxy } from './proxy.js';

/** Name of the one Jamf Pro server, and of the one watched profile. */
export const INSTANCE = 'prove';
export const PROFILE = 'okta';

const requestLog = z.array(z.object({ number: z.int(), path: z.string(), query: z.looseObject({}) }));

/** A request that the pretend Jamf Pro had. */
export type Request = z.output<typeof requestLog>[number];

/** Everything a proof needs: a real Redis, the pretend Jamf Pro and the service, each in processes of their own. */
export interface Stage {
  redis: Redis;
  computers: ComputerStore;
  cursors: CursorStore;
  hints: Hints;
  profiles: ProfileStore;
  redistributions: RedistributionStore;
  proxy: CountingProxy;
  worker(name: string): Promise<Running>;
  /** A receiver, to which Jamf Pro sends its webhooks from now on. */
  receiver(): Promise<Running>;
  /** Requests to Jamf Pro after a number (0: all), oldest first. */
  requests(after: number): Promise<readonly Request[]>;
  /** Reads or changes what only the pretend Jamf Pro knows. */
  control(path: string, body?: unknown): Promise<unknown>;
  /** What Redis has taken for data, bytes: without the buffers of connections and of the append-only file. */
  usedMemory(): Promise<number>;
  close(): Promise<void>;
}

/** Starts Redis and the pretend Jamf Pro in `folder`, which also gets all logs; no worker yet. */
export async function openStage(options: ProofOptions, folder: string): Promise<Stage> {
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    mkdirSync(folder, { recursive: true });
    const server = await startRedis({ folder: join(folder, 'redis') });
    undo.push(() => server.kill());
    const simulator = await startSimulator(options, folder);
    undo.push(() => simulator.kill());
    const proxy = await startCountingProxy(simulator.found);
    undo.push(() => proxy.close());
    const file = join(folder, 'recert.yaml');
    const text = stringify(settings(options, server.url, proxy.url));
    writeFileSync(file, text, { mode: 0o600 });
    const config = parseConfig(text, { source: file, environment: {} });
    const redis = new Redis(server.url);
    undo.push(async () => {
      await redis.quit();
    });
    return {
      ...look(config, redis),
      ...ask(simulator.found),
      ...serve(config, file, folder, undo),
      proxy,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function look(config: Config, redis: Redis) {
  const key = keysUnder(config.redis.prefix);
  return {
    redis,
    computers: createComputerStore({ redis, key }),
    cursors: createCursorStore({ redis, key }),
    hints: createHints({ redis, key, now: Date.now }),
    profiles: createProfileStore({ redis, key, config }),
    redistributions: createRedistributionStore({ redis, key }),
    usedMemory: async () => {
      const info = await redis.info('memory');
      const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
      return field('used_memory') - field('mem_clients_normal') - field('mem_aof_buffer');
    },
  };
}

function ask(url: string) {
  const control = async (path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}/__simulator/${path}`, {
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return {
    control,
    requests: async (after: number) => requestLog.parse(await control(`requests?after=${after}`)),
  };
}

function serve(config: Config, file: string, folder: string, undo: (() => Promise<unknown>)[]) {
  const start = async (name: string, script: string, ready: RegExp) => {
    const environment = { RECERT_CONFIG: file };
    const running = await startProcess(name, { script, ready, folder, environment });
    undo.push(() => running.kill());
    return running;
  };
  return {
    worker: (name: string) => start(name, 'workers/main.ts', /worker listens on (http:[^\s"]+)/),
    receiver: async () => {
      const running = await start('receiver', 'src/main.ts', /receiver listens on (http:[^\s"]+)/);
      await subscribe(config, [running.found]);
      return running;
    },
  };
}

async function startSimulator({ computers, seed, checkIn }: ProofOptions, folder: string): Promise<Running> {
  const file = join(folder, 'simulator.yaml');
  // All Macs are online: no quiet hours flatter the figures.
  const fleet = { computers, due: 0, officeHours: 0, laptops: 0, away: 0 };
  writeFileSync(file, stringify({ seed, fleet, rhythm: { checkIn } }));
  return startProcess('simulator', {
    script: 'simulator/main.ts',
    words: ['--config', file],
    ready: /Pretend Jamf Pro: (\S+)/,
    folder,
  });
}

function settings(
  { pageSize, maxConnections, lock, sweep }: ProofOptions,
  redisUrl: string,
  jamfUrl: string,
): unknown {
  return {
    redis: { url: redisUrl },
    http: { port: 0 },
    worker: { port: 0, lock },
    log: { level: 'info', format: 'json' },
    instances: {
      [INSTANCE]: {
        url: jamfUrl,
        auth: { clientId: 'recert', clientSecret: 'recert-secret' },
        pageSize,
        maxConnections,
        webhooks: { authentication: { type: 'none', acceptUnauthenticated: true } },
        sweep,
        profiles: {
          [PROFILE]: {
            mode: 'observe',
            jitter: '0s',
            nativeGrace: '0s',
            overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32 },
          },
        },
      },
    },
  };
}
