import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '../../../scripts/redis.mjs';

/** A real Redis server for one test file: own process, own port, own folder, gone after `close`. */
export interface TestRedis {
  url: string;
  /** Ends it as a power cut would; `restart` reads back what it had made durable. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one. */
export async function startTestRedis(): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'recert-redis-'));
  let server = await startRedis({ folder });
  const { url, port } = server;
  return {
    url,
    kill: () => server.kill(),
    restart: async () => {
      server = await startRedis({ folder, port });
    },
    close: async () => {
      await server.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
