import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startRedis } from '../scripts/redis.mjs';

/** A private Redis server with an append-only file. It has a separate process, port and folder. */
export interface PrivateRedis {
  url: string;
  /** Process ID of the server that was started first. */
  pid: number;
  /** Data folder. */
  folder: string;
  /** Client that connects with its first command. Commands wait while the server is down. */
  client: Redis;
  /** Kills the server with SIGKILL, which simulates a power failure. */
  kill(): Promise<unknown>;
  /** Starts the server again at the same address, with the data in its folder. Resolves when it accepts connections. */
  restart(): Promise<void>;
  /**
   * Copies the data on disk. The returned function replaces the data with the copy and restarts the server, which
   * simulates the restore of a backup.
   */
  snapshot(): Promise<() => Promise<void>>;
  /** Kills the server, and removes its folder if the folder is temporary. */
  close(): Promise<void>;
}

/** Starts a server with the data in the folder `given`, if any. Default: an empty temporary folder. */
export async function openRedis(given?: string): Promise<PrivateRedis> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'recert-redis-')));
  let server = await startRedis({ folder });
  const { url, port, pid } = server;
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null });
  // Connection errors are expected while the server is down.
  client.on('error', () => undefined);
  const restart = async () => {
    server = await startRedis({ folder, port });
  };
  return {
    url,
    pid,
    folder,
    client,
    kill: () => server.kill(),
    restart,
    snapshot: async () => {
      const copy = await mkdtemp(join(tmpdir(), 'recert-redis-copy-'));
      // Redis only appends to the append-only file, so a copy of the file is a state that existed at some moment.
      await cp(folder, copy, { recursive: true });
      return async () => {
        await server.kill();
        await rm(folder, { recursive: true });
        await cp(copy, folder, { recursive: true });
        await rm(copy, { recursive: true });
        await restart();
      };
    },
    close: async () => {
      client.disconnect();
      await server.kill();
      if (given === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
