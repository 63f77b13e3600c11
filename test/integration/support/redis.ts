import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '../../../scripts/redis.mjs';

/** A real Redis server for one test file: own process, own port, own folder, gone after `close`. */
export interface TestRedis {
  url: string;
  /** Ends it as a power cut would; `restart` reads back what it had made durable. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Copies what lies on disk now. What is returned ends the server and starts it from that copy, as somebody does who restores a backup. */
  snapshot(): Promise<() => Promise<void>>;
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
    snapshot: async () => {
      const copy = await mkdtemp(join(tmpdir(), 'recert-redis-copy-'));
      // The log of commands only grows: a copy of it is what it was at some moment.
      await cp(folder, copy, { recursive: true });
      return async () => {
        await server.kill();
        await rm(folder, { recursive: true });
        await cp(copy, folder, { recursive: true });
        await rm(copy, { recursive: true });
        server = await startRedis({ folder, port });
      };
    },
    close: async () => {
      await server.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
