import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';

const recordSchema = z.object({
  name: z.string(),
  role: z.enum(['viewer', 'operator', 'admin']),
  /** Names of the Jamf Pro servers that the token is valid for; `null`: all. */
  instances: z.array(z.string()).nullable(),
  sha256: z.string(),
  /** Last day on which the token is valid, YYYY-MM-DD in UTC. */
  expires: z.string(),
  createdAt: z.int(),
  createdBy: z.string(),
});

/** An API token that was created at runtime. Only its hash is stored. */
export type IssuedToken = z.output<typeof recordSchema>;

/** API tokens that were created at runtime, and the last use of every token, including those of the configuration. */
export interface TokenStore {
  add(token: IssuedToken): Promise<void>;
  find(sha256: string): Promise<IssuedToken | null>;
  all(): Promise<readonly IssuedToken[]>;
  /** Deletes a token; returns whether it existed. */
  remove(sha256: string): Promise<boolean>;
  noteUsed(sha256: string, at: number): Promise<void>;
  /** Returns the last use of each token by its SHA-256, in epoch milliseconds. */
  lastUsed(): Promise<ReadonlyMap<string, number>>;
}

/** Creates the token store in Redis: two hashes by SHA-256. */
export function createTokenStore({ redis, key }: { redis: Redis; key: Key }): TokenStore {
  const [records, used] = [key('tokens'), key('tokens', 'used')];
  const read = (text: string) => recordSchema.parse(JSON.parse(text));
  return {
    async add(token) {
      await redis.hset(records, token.sha256, JSON.stringify(token));
    },
    async find(sha256) {
      const text = await redis.hget(records, sha256);
      return text === null ? null : read(text);
    },
    all: async () => Object.values(await redis.hgetall(records)).map(read),
    async remove(sha256) {
      const [removed] = await Promise.all([redis.hdel(records, sha256), redis.hdel(used, sha256)]);
      return removed > 0;
    },
    async noteUsed(sha256, at) {
      await redis.hset(used, sha256, at);
    },
    lastUsed: async () =>
      new Map(Object.entries(await redis.hgetall(used)).map(([sha256, at]) => [sha256, Number(at)])),
  };
}
