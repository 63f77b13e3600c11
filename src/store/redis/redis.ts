import { Redis, type RedisOptions } from 'ioredis';
import type { Telemetry } from '../../telemetry/bus.js';

/**
 * Behavior of a connection while Redis is unavailable.
 * `request`: commands fail after 5 s, because a client waits. `worker`: commands wait without limit, as BullMQ requires.
 * `webhook`: commands fail after 1 s, or immediately without a connection, and are never resent, because Jamf Pro waits 2 s.
 */
export type Purpose = 'request' | 'worker' | 'webhook';

const OPTIONS: Record<Purpose, RedisOptions> = {
  request: { maxRetriesPerRequest: 1, commandTimeout: 5_000, enableOfflineQueue: true },
  worker: { maxRetriesPerRequest: null },
  webhook: {
    maxRetriesPerRequest: 0,
    commandTimeout: 1_000,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
  },
};

/** Creates a Redis connection that reconnects without limit (at most 2 s between attempts) and emits events when it is lost and ready. */
export function connectRedis(url: string, purpose: Purpose, telemetry: Telemetry): Redis {
  const redis = new Redis(url, {
    ...OPTIONS[purpose],
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000),
  });
  let lost = false;
  redis.on('error', (error) => {
    if (!lost) telemetry.emit('redis.lost', { purpose, error: error.message });
    lost = true;
  });
  redis.on('ready', () => {
    lost = false;
    telemetry.emit('redis.ready', { purpose });
  });
  return redis;
}
