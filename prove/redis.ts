import { Redis } from 'ioredis';
import { startRedis } from '../scripts/redis.mjs';
import { until } from './until.js';

/** A private Redis server (AOF on) that a proof takes away and brings back, and a connection to look into it. */
export interface PrivateRedis {
  url: string;
  /** Waits while the server is away. */
  client: Redis;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again at the same address, from what lies in its folder; ready once this resolves. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one in `folder`, or from the data that lies there. */
export async function openRedis(folder: string): Promise<PrivateRedis> {
  let server = await startRedis({ folder });
  const { url, port } = server;
  const client = new Redis(url, { maxRetriesPerRequest: null });
  // The proof takes it away itself.
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
