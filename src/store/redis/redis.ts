import { Redis, type RedisOptions } from 'ioredis';
import type { Telemetry } from '../../telemetry/bus.js';
import { PrimaryConnector } from './primary-connector.js';

/**
 * Behavior of a connection while Redis is unavailable.
 * `request`: commands fail after 5 s, because a client waits. `reader`: for commands that wait up to 10 s for data. `worker`: commands
 * wait without limit, as BullMQ requires. `webhook`: commands fail after 1 s, or immediately without a connection, because Jamf Pro
 * waits 2 s; the admission repeats them.
 */
export type Purpose = 'request' | 'reader' | 'worker' | 'webhook';

/**
 * `socketTimeout` closes a connection on which a reply is overdue: a network that drops packets silently reports no error. It is longer
 * than the longest wait of a command, which is 10 s in BullMQ (BZPOPMIN).
 */
const OPTIONS: Record<Purpose, RedisOptions> = {
  request: { maxRetriesPerRequest: 1, commandTimeout: 5_000, socketTimeout: 5_000 },
  reader: { maxRetriesPerRequest: 1, socketTimeout: 12_000 },
  worker: { maxRetriesPerRequest: null, socketTimeout: 12_000 },
  webhook: {
    maxRetriesPerRequest: 0,
    commandTimeout: 1_000,
    socketTimeout: 2_000,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
  },
};

const CONNECT_TIMEOUT_MS = 5_000;
/** Time of silence after which the operating system probes a connection. */
const KEEP_ALIVE_MS = 10_000;
/** Minimum interval between two reports of a server that refuses commands: every command in transit gets the same error. */
const REPORT_AFTER_MS = 10_000;

/** Replies of a server that executes no writes: a replica, a server that loads its data, a replica without its primary. */
const REFUSAL = /^(?:READONLY|LOADING|MASTERDOWN)\b/;
/** Errors of ioredis for a command that was not sent, or whose connection closed before the reply. */
const NOT_CONNECTED =
  /^(?:Stream isn't writeable|Connection is closed|Reached the max retries per request limit)/;

/** Whether a command failed because no primary was connected, so that it can succeed after a new connection. */
export function isConnectionLoss(error: unknown): boolean {
  return error instanceof Error && (REFUSAL.test(error.message) || NOT_CONNECTED.test(error.message));
}

/**
 * Creates a Redis connection that reconnects without limit (at most 2 s between attempts) and emits events when it is lost and ready.
 * It leaves a server that refuses writes: after a failover, connections to the demoted server stay open.
 */
export function connectRedis(url: string, purpose: Purpose, telemetry: Telemetry): Redis {
  let refusedAt = -Infinity;
  const redis = new Redis(url, {
    ...OPTIONS[purpose],
    Connector: PrimaryConnector,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepAlive: KEEP_ALIVE_MS,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000),
    reconnectOnError: ({ message }) => {
      if (!REFUSAL.test(message)) return false;
      if (performance.now() - refusedAt > REPORT_AFTER_MS)
        telemetry.emit('redis.lost', { purpose, error: message });
      refusedAt = performance.now();
      // 2: the command is sent again on the new connection. Safe, because the server refused it before it wrote anything.
      return purpose === 'webhook' ? 1 : 2;
    },
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
