import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

/**
 * Time after which another worker reports the figures of the fleet when the reporting worker is not scraped any more,
 * milliseconds. Longer than the usual scrape intervals.
 */
const LEASE_MS = 90_000;

/** Decides which worker reports the figures of the fleet, so that a sum over all workers counts nothing twice. */
export interface Reporter {
  /** Whether this worker reports. Takes or extends the lease. */
  reports(): Promise<boolean>;
  /** Ends the lease, so that another worker reports at its next scrape. */
  release(): Promise<void>;
}

/** Creates the lease in Redis. `key`: name of its key. */
export function createReporter(redis: Redis, key: string): Reporter {
  const id = randomUUID();
  const isMine = async () => (await redis.get(key)) === id;
  return {
    async reports() {
      if ((await redis.set(key, id, 'PX', LEASE_MS, 'NX')) === 'OK') return true;
      return (await isMine()) && (await redis.pexpire(key, LEASE_MS)) === 1;
    },
    async release() {
      if (await isMine()) await redis.del(key);
    },
  };
}
