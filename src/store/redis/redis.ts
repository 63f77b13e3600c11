import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisSettings } from '../../config/sections/redis.js';
import type { Telemetry } from '../../telemetry/bus.js';
import { PrimaryConnector } from './primary-connector.js';

/**
 * What a Redis connection is used for. The purpose determines how commands behave while Redis is unavailable.
 * `request`: commands fail after 5 s, because a client waits. `reader`: for commands that wait up to 10 s for data.
 * `worker`: commands wait without limit, as BullMQ requires. `webhook`: commands fail after 1 s, or immediately
 * without a connection, because Jamf Pro waits only 2 s; the code that admits webhooks repeats them.
 */
export type Purpose = 'request' | 'reader' | 'worker' | 'webhook';

/**
 * `socketTimeout` closes a connection on which a reply is overdue. A network that drops packets reports no error. On
 * connections whose commands wait for data, it is longer than this wait, which is 10 s in BullMQ (BZPOPMIN).
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
/** The operating system probes a connection after this time without traffic, milliseconds. */
const KEEP_ALIVE_MS = 10_000;
/**
 * Minimum time between two reports that a server refuses commands, milliseconds. Every command in transit receives
 * the same error, so only the first error is reported.
 */
const REPORT_AFTER_MS = 10_000;

/**
 * Matches the replies of a server that does not execute writes: a replica, a server that loads its data, or a
 * replica without its primary.
 */
const REFUSAL = /^(?:READONLY|LOADING|MASTERDOWN)\b/;
/** Matches the errors of ioredis for a command that was not sent, or whose connection was closed before the reply. */
const NOT_CONNECTED =
  /^(?:Stream isn't writeable|Cluster isn't ready|Connection is closed|Reached the max retries per request limit)/;

/** Whether a command failed because no primary was connected. Such a command can succeed on a new connection. */
export function isConnectionLoss(error: unknown): boolean {
  return error instanceof Error && (REFUSAL.test(error.message) || NOT_CONNECTED.test(error.message));
}

/**
 * Creates a connection to Redis. It reconnects without limit (at most 2 s between attempts), and emits operator
 * events when the connection is lost and when it is ready. It disconnects from a server that refuses writes,
 * because connections to the former primary stay open after a failover. For a Redis Cluster, the result is a
 * client of the cluster, which has the same commands. Use `nodesOf` for commands that concern a single server,
 * such as INFO.
 */
export function connectRedis(settings: RedisSettings, purpose: Purpose, telemetry: Telemetry): Redis {
  let refusedAt = -Infinity;
  const redis = endWhileReconnecting(
    open(settings, {
      ...OPTIONS[purpose],
      username: settings.username,
      password: settings.password?.reveal(),
      tls: tlsOf(settings),
      connectTimeout: CONNECT_TIMEOUT_MS,
      keepAlive: KEEP_ALIVE_MS,
      reconnectOnError: ({ message }) => {
        if (!REFUSAL.test(message)) return false;
        if (performance.now() - refusedAt > REPORT_AFTER_MS)
          telemetry.emit('redis.lost', { purpose, error: message });
        refusedAt = performance.now();
        // The value 2 makes ioredis send the command again on the new connection. This is safe, because the server
        // refused the command before writing anything.
        return purpose === 'webhook' ? 1 : 2;
      },
    }),
  );
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

/**
 * Makes `disconnect` end a client that waits for its next connection attempt, and every client that is duplicated
 * from it. ioredis 5 only cancels the attempt: the event `end` is never emitted, waiting commands never fail, and a
 * BullMQ worker that waits for both never closes.
 */
function endWhileReconnecting(redis: Redis): Redis {
  const disconnect = redis.disconnect.bind(redis);
  const duplicate = redis.duplicate.bind(redis);
  redis.disconnect = (reconnect = false) => {
    // ioredis ends a client in the status `wait` immediately.
    if (redis.status === 'reconnecting' && !reconnect) redis.status = 'wait';
    disconnect(reconnect);
  };
  redis.duplicate = (...options) => endWhileReconnecting(duplicate(...options));
  return redis;
}

/** Returns a client for each server behind a connection: the primaries of a cluster, otherwise the connection itself. */
export function nodesOf(redis: Redis): readonly Redis[] {
  const client: unknown = redis;
  return client instanceof Cluster ? client.nodes('master') : [redis];
}

const retryStrategy = (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000);

function open(
  { url, sentinels, name, cluster, sentinelUsername, sentinelPassword }: RedisSettings,
  options: RedisOptions,
): Redis {
  if (cluster) return openCluster(cluster.map(addressOf), options);
  if (!sentinels) return new Redis(url ?? '', { ...options, retryStrategy, Connector: PrimaryConnector });
  return new Redis({
    ...options,
    retryStrategy,
    name,
    sentinels: sentinels.map(addressOf),
    sentinelUsername,
    sentinelPassword: sentinelPassword?.reveal(),
    sentinelTLS: options.tls,
    enableTLSForSentinelMode: options.tls !== undefined,
    sentinelCommandTimeout: CONNECT_TIMEOUT_MS,
  });
}

function openCluster(nodes: { host: string; port: number }[], options: RedisOptions): Redis {
  const { enableOfflineQueue = true, commandTimeout, ...redisOptions } = options;
  const cluster = new Cluster(nodes, {
    redisOptions: { ...redisOptions, commandTimeout },
    enableOfflineQueue,
    clusterRetryStrategy: retryStrategy,
    slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
    // The host name is not resolved here, because a certificate contains the host name and not the address.
    ...(options.tls && { dnsLookup: (host, done) => done(null, host) }),
  });
  if (commandTimeout !== undefined) {
    // The clients of the nodes apply the timeout only to commands that were sent to them. This code also applies it
    // while no node is available.
    const send = cluster.sendCommand.bind(cluster);
    cluster.sendCommand = (command, stream, node) => {
      command.setTimeout(commandTimeout);
      return send(command, stream, node);
    };
  }
  return cluster as unknown as Redis;
}

function addressOf(text: string): { host: string; port: number } {
  const { hostname, port } = new URL(`redis://${text}`);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
}

function tlsOf({ tls }: RedisSettings): RedisOptions['tls'] {
  return tls && { ca: tls.ca, cert: tls.cert, key: tls.key?.reveal() };
}
