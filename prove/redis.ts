import { Redis } from 'ioredis';
import { startRedis } from '../scripts/redis.mjs';
import { until } from './until.js';

/** A private Redis server with append-only file that a proof can kill and restart, and a client connection to it. */
export interface PrivateRedis {
  url: string;
  /** Its commands wait while the server is down. */
  client: Redis;
  /** Sends SIGKILL, like a power failure. */
  kill(): Promise<void>;
  /** Starts it again at the same address with the data in its folder. Resolves when it responds. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server in `folder`, with the data that is already there, if any. */
export async function openRedis(folder: string): Promise<PrivateRedis> {
  let server = await startRedis({ folder });
  const { url, port } = server;
  const client = new Redis(url, { maxRetriesPerRequest: null });
  // Connection errors are expected while the proof has killed the server.
  client.on('error', () => undefined);
  return {
    url,
    client,
    kill: () => server.kill(),
    restart: async () => {
      server = await startRedis({ folder, port });
      await until('Redis', async () => (await client.ping()).length > 0);
    },
    close: async () => {
      client.disconnect();
      await server.kill();
    },
  };
}
