import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { stringify } from 'yaml';
import { startRedis } from '../scripts/redis.mjs';
import { type Contestant, startContestant } from './contestant.js';
import { onAnyCore } from './pinning.js';
import { INSTANCE, KEY, KEY_HEADER } from './webhook.js';

const PREFIX = 'bench';

/** Everything that runs during a bench: a Redis of its own, durable as in production, and the servers. */
export interface House {
  floor: Contestant;
  express: Contestant;
  /** Express with one awaited Redis command a webhook: for comparison, no goal is measured against it. */
  expressRedis: Contestant;
  ours: Contestant;
  /** Webhooks that our receiver has put into its event log, and how many different ones dedupe knows. */
  admitted(): Promise<{ logged: number; distinct: number }>;
  /** CPU time of Redis so far, microseconds. */
  redisCpuUs(): Promise<number>;
  close(): Promise<void>;
}

/** The configuration of the receiver under test: authentication, dedupe, event log and spool as an operator has them. */
function configText(redisUrl: string, folder: string): string {
  return stringify({
    redis: { url: redisUrl, prefix: PREFIX },
    http: { port: 0 },
    spool: { folder },
    instances: {
      [INSTANCE]: {
        url: 'https://jamf.example.com',
        auth: { clientId: 'id', clientSecret: 'secret' },
        webhooks: { authentication: { type: 'header', headers: { [KEY_HEADER]: KEY } } },
        profiles: {},
      },
    },
  });
}

/**
 * Starts it all. `receiver` is what comes after `node` to start our receiver.
 *
 * @throws what starting a server throws; what was started by then is stopped.
 */
export async function openHouse(receiver: readonly string[]): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'recert-bench-'));
  const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async () => {
    for (let last = undo.pop(); last; last = undo.pop()) await last();
  };
  try {
    const server = await startRedis({ folder: join(folder, 'redis') });
    undo.push(() => server.stop());
    onAnyCore(server.pid);
    const redis = new Redis(server.url);
    undo.push(() => redis.quit());
    const file = join(folder, 'recert.yaml');
    await writeFile(file, configText(server.url, join(folder, 's')));

    const start = async (options: Parameters<typeof startContestant>[0]) => {
      const contestant = await startContestant(options);
      undo.push(() => contestant.stop());
      return contestant;
    };
    const withTsx = (path: string) => ['--import', 'tsx', path];
    const express = withTsx('bench/servers/express.ts');
    return {
      floor: await start({ args: withTsx('bench/servers/floor.ts') }),
      express: await start({ args: express }),
      expressRedis: await start({ args: express, env: { REDIS_URL: server.url } }),
      ours: await start({ args: receiver, env: { RECERT_CONFIG: file }, readyPath: '/readyz' }),
      admitted: () => admitted(redis),
      redisCpuUs: async () => cpuUsOf(await redis.info('cpu')),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function admitted(redis: Redis): Promise<{ logged: number; distinct: number }> {
  const info = (await redis.xinfo('STREAM', `{${PREFIX}}:${INSTANCE}:events`).catch(() => [])) as unknown[];
  const windows = await redis.keys(`{${PREFIX}}:${INSTANCE}:dedupe:*`);
  const sizes = await Promise.all(windows.map((window) => redis.scard(window)));
  return {
    logged: Number(info[info.indexOf('entries-added') + 1] ?? 0),
    distinct: sizes.reduce((sum, size) => sum + size, 0),
  };
}

function cpuUsOf(info: string): number {
  const seconds = ['used_cpu_user', 'used_cpu_sys'].map((name) =>
    Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]),
  );
  return seconds.reduce((sum, one) => sum + one, 0) * 1e6;
}
