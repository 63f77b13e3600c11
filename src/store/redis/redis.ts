import { Redis, type RedisOptions } from 'ioredis';
import type { Telemetry } from '../../telemetry/bus.js';

/**
 * How a connection behaves when Redis is away.
 * `request`: whoever asks waits for somebody, so a command fails soon. `worker`: BullMQ requires that it waits for ever.
 * `webhook`: Jamf Pro waits 2 s, so a command fails within 1 s, at once while there is no connection, and is never sent twice.
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

/** A connection to Redis that reconnects for ever (at most 2 s between attempts) and tells when it is lost and ready again. */
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
