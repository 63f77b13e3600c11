import { z } from 'zod';
import { storedFormat } from '../../json/stored.js';
import { type StoreAccess, unreported } from '../redis/unreadable.js';

const recordSchema = z.object({
  name: z.string(),
  role: z.enum(['viewer', 'operator', 'admin']),
  /** Names of the Jamf Pro servers that the token may access; `null` for all. */
  instances: z.array(z.string()).nullable(),
  sha256: z.string(),
  /** Last day on which the token is valid, YYYY-MM-DD in UTC. */
  expires: z.string(),
  createdAt: z.int(),
  createdBy: z.string(),
});

const format = storedFormat('API token', recordSchema);

/**
 * An API token that Recert issued at the request of a user, in contrast to a token in the configuration file. Only
 * its hash is stored.
 */
export type IssuedToken = z.output<typeof recordSchema>;

/** Stores the issued API tokens. Also stores when each token was last used, including tokens in the configuration file. */
export interface TokenStore {
  add(token: IssuedToken): Promise<void>;
  find(sha256: string): Promise<IssuedToken | null>;
  all(): Promise<readonly IssuedToken[]>;
  /** Deletes a token. Returns whether the token existed. */
  remove(sha256: string): Promise<boolean>;
  noteUsed(sha256: string, at: number): Promise<void>;
  /** Returns for each token, by its SHA-256 hash, when it was last used (epoch milliseconds). */
  lastUsed(): Promise<ReadonlyMap<string, number>>;
}

/**
 * Creates the store of API tokens in Redis: two hashes, for the tokens and for their last use. Their fields are
 * the SHA-256 hashes of the tokens.
 */
export function createTokenStore({ redis, key, report = unreported }: StoreAccess): TokenStore {
  const [records, used] = [key('tokens'), key('tokens', 'used')];
  return {
    async add(token) {
      await redis.hset(records, token.sha256, format.write(token));
    },
    // A token whose record cannot be read is not valid. The log names the record by its hash, which does not reveal
    // the token.
    find: async (sha256) => format.tryRead(await redis.hget(records, sha256), sha256, report),
    all: async () => format.readAll(Object.entries(await redis.hgetall(records)), report),
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
