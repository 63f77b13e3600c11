import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { stringify } from 'yaml';
import { openEnvironment } from '../harness/environment.js';
import { type Contestant, startContestant } from './contestant.js';
import { onAnyCore } from './pinning.js';
import { INSTANCE, KEY, KEY_HEADER } from './webhook.js';

const PREFIX = 'bench';

/** The test environment of a benchmark: a private Redis with the append-only file of production, and the servers. */
export interface BenchEnvironment {
  floor: Contestant;
  express: Contestant;
  /** Express with one awaited Redis command per webhook. For comparison only: no goal depends on it. */
  expressRedis: Contestant;
  ours: Contestant;
  /** Entries that the receiver has appended to its event log, and distinct identities in its deduplication sets. */
  admitted(): Promise<{ logged: number; distinct: number }>;
  /** CPU time that Redis has used since its start, microseconds. */
  redisCpuUs(): Promise<number>;
  close(): Promise<void>;
}

/** Configuration of the receiver under test: authentication, deduplication, event log and spool as in production. */
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
 * Starts Redis and all servers. `receiver` are the arguments of `node` that start the Recert receiver.
 *
 * @throws the error of a server that does not start; everything started before is stopped first
 */
export function openBenchEnvironment(receiver: readonly string[]): Promise<BenchEnvironment> {
  return openEnvironment(async (environment) => {
    const { folder } = environment;
    const server = await environment.redis();
    onAnyCore(server.pid);
    const redis = server.client;
    const file = join(folder, 'recert.yaml');
    await writeFile(file, configText(server.url, join(folder, 's')));

    const start = async (options: Parameters<typeof startContestant>[1]) =>
      startContestant(environment, options);
    const withTsx = (path: string) => ['--import', 'tsx', path];
    const express = withTsx('bench/servers/express.ts');
    return {
      floor: await start({ args: withTsx('bench/servers/floor.ts') }),
      express: await start({ args: express }),
      expressRedis: await start({ args: express, env: { REDIS_URL: server.url } }),
      ours: await start({ args: receiver, env: { RECERT_CONFIG: file }, readyPath: '/readyz' }),
      admitted: () => admitted(redis),
      redisCpuUs: async () => cpuUsOf(await redis.info('cpu')),
      close: () => environment.close(),
    };
  });
}

async function admitted(redis: Redis): Promise<{ logged: number; distinct: number }> {
  const info = (await redis.xinfo('STREAM', `{${PREFIX}}:${INSTANCE}:events`).catch(() => [])) as unknown[];
  const dedupeKeys = await redis.keys(`{${PREFIX}}:${INSTANCE}:dedupe:*`);
  const sizes = await Promise.all(dedupeKeys.map((key) => redis.scard(key)));
  return {
    logged: Number(info[info.indexOf('entries-added') + 1] ?? 0),
    distinct: sizes.reduce((sum, size) => sum + size, 0),
  };
}

function cpuUsOf(info: string): number {
  const seconds = ['used_cpu_user', 'used_cpu_sys'].map((name) =>
    Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]),
  );
  return seconds.reduce((sum, value) => sum + value, 0) * 1e6;
}
