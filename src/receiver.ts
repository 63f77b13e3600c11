import { hostname } from 'node:os';
import express, { type Express, type RequestHandler } from 'express';
import type { Redis } from 'ioredis';
import type { Registry } from 'prom-client';
import { apiRoutes } from './api/server/api.js';
import { consoleRoutes } from './api/pages/console.js';
import { createLiveHub, type LiveHub } from './api/live/hub.js';
import { problemHandler, sendProblem } from './api/http/problem-response.js';
import { Problem } from './contract/problem.js';
import { neverSniffed } from './api/http/security-headers.js';
import { readVersion } from './process/version.js';
import { trySend } from './notify/channel.js';
import type { Config } from './config/schema.js';
import { checkInstances } from './application/redistribution/removed-instances.js';
import { createWorkerWatch } from './application/incidents/receiver-watch.js';
import { createSendGate } from './application/incidents/send-gate.js';
import { createReceiverAlarm, type ReceiverAlarm } from './application/incidents/receiver-alarm.js';
import { closeGently, createHttpServer, listen } from './process/http.js';
import { createUndoList, startOrUndo, type UndoList } from './process/stop.js';
import { createProducers, type Producers } from './queues/producers.js';
import { createQueues } from './queues/queues.js';
import { type Key, keysUnder } from './store/redis/keys.js';
import { openStores, type Stores } from './store/open-stores.js';
import { createLivePublisher } from './store/live/publish.js';
import { createLiveStream } from './store/live/stream.js';
import { connectRedis } from './store/redis/redis.js';
import { refuseOldServers } from './store/redis/version.js';
import { createTelemetry, type Telemetry } from './telemetry/bus.js';
import { type Check, healthRoutes } from './telemetry/health.js';
import { createMetrics } from './telemetry/metrics.js';
import { serveMetrics } from './telemetry/serve-metrics.js';
import { createReplay } from './webhooks/admission/replay.js';
import { createWebhooks, type Webhooks } from './webhooks/webhooks.js';
import { WEBHOOK_PATH } from './webhooks/http/route.js';

/** A running receiver process (HTTP server). */
export interface Receiver {
  /** URL on which the receiver listens. */
  url: string;
  /**
   * Shuts the receiver down gracefully: it accepts no new requests, responds to requests in progress, and then stops. A
   * second call has no further effect.
   */
  stop(): Promise<void>;
}

/**
 * Interval at which a receiver checks for incidents that it can detect itself: whether it can accept webhooks, and
 * whether workers are active. Milliseconds.
 */
const CHECK_EVERY_MS = 5_000;

/**
 * Maximum wait for Redis before the receiver listens, milliseconds. If Redis is still unavailable after this time, the
 * receiver spools or rejects webhooks.
 */
const REDIS_READY_MS = 3_000;

/** Adds a handler to the application. A request passes the handlers in the order in which they were added. */
type Mount = (app: Express) => unknown;

/**
 * Starts the receiver process: webhooks, health checks, API and console. The receiver also starts without Redis;
 * `/readyz` then reports that it is not ready.
 * @throws the error of opening the port, such as EADDRINUSE. All parts that were started are stopped before that.
 */
export function startReceiver(
  config: Config,
  { telemetry, now = Date.now }: { telemetry: Telemetry; now?: () => number },
): Promise<Receiver> {
  const undo = createUndoList();
  return startOrUndo(undo, () => start({ config, telemetry, now, undo }));
}

/** Dependencies of the parts of the receiver. */
interface Ground {
  config: Config;
  telemetry: Telemetry;
  now: () => number;
  undo: UndoList;
}

async function start(ground: Ground): Promise<Receiver> {
  const { config, telemetry, now, undo } = ground;
  const metrics = createMetrics({ process: 'receiver', version: readVersion() });
  undo.push('metrics', telemetry.listen(metrics.listener));
  const alarm = openAlarm(ground);
  const { redis, queues, producers, stores } = openRedis(ground);
  await refuseOldServers(redis);
  const key = keysUnder(config.redis.prefix);
  const webhooks = await openWebhooks(ground, { key, producers });
  startIncidentChecks(ground, { alarm, webhooks, incidents: stores.incidents });
  const live = openLive(ground, { redis, key });

  const checks: Record<string, Check> = {
    redis: webhooks.check,
    // A problem of an instance is only a note, because the receiver can accept webhooks nevertheless.
    instances: async () => {
      const note = await checkInstances({ config, ...stores });
      return note === null ? null : { note };
    },
  };
  const metricsRoute = await openMetrics(ground, metrics.registry);
  const replay = createReplay({ config, redis, key, stores, producers, telemetry, now });
  const api = { replay, config, stores, queues, producers, live, telemetry, now, version: readVersion() };
  const routes: readonly Mount[] = [
    // The webhook route is first, because webhooks must not pass the handlers of other routes (see
    // createHttpServer).
    (app) => app.all(WEBHOOK_PATH, webhooks.handler),
    (app) => app.use(neverSniffed),
    (app) => app.use(healthRoutes({ checks, metrics: metricsRoute })),
    (app) => app.use(apiRoutes(api)),
    (app) => app.use(consoleRoutes()),
    (app) => app.use((_request, response) => sendProblem(response, notFound())),
    (app) => app.use(problemHandler(telemetry)),
  ];
  const server = createHttpServer(createApp(config, routes), config.http.tls);
  await webhooks.redisReady(REDIS_READY_MS);
  const url = await listen(server, config.http);
  undo.push('http', () => closeGently(server));
  // Live connections are stopped before the server, because they stay open until they are closed here.
  undo.push('live connections', () => live.close());
  telemetry.emit('process.started', { name: 'receiver', address: url });
  return { url, stop: () => undo.stop() };
}

/**
 * Returns the route of the metrics; `undefined` when they have a separate port, which is then opened. The port of the
 * receiver is often reachable from the internet, so that other hosts need a token for the route.
 */
async function openMetrics(
  { config: { metrics }, telemetry, undo }: Ground,
  registry: Registry,
): Promise<RequestHandler | undefined> {
  const { host, port, token } = metrics;
  if (port === undefined) return serveMetrics(registry, { token, localOnly: true });
  const app = express();
  app.disable('x-powered-by');
  app.get('/metrics', serveMetrics(registry, { token }));
  const server = createHttpServer(app);
  const address = await listen(server, { host, port });
  undo.push('metrics port', () => closeGently(server));
  telemetry.emit('process.started', { name: 'metrics', address });
  return undefined;
}

/**
 * Opens the alarm. This must happen before the spool is opened, because the alarm also counts the events that occur
 * while the spool takes over the files of stopped receivers.
 */
function openAlarm({ config, telemetry, now, undo }: Ground): ReceiverAlarm {
  const alarm = createReceiverAlarm({
    channels: config.notifications.channels,
    prefix: config.redis.prefix,
    receiver: nameOf(config),
    sendNotice: trySend,
    telemetry,
    now,
    mostBytes: config.spool?.mostBytes ?? null,
  });
  undo.push('alarm', telemetry.listen(alarm.listener));
  return alarm;
}

function openRedis({ config, telemetry, now, undo }: Ground) {
  const redis = connectRedis(config.redis, 'request', telemetry);
  undo.push('redis', () => redis.disconnect());
  const queues = createQueues({ connection: redis, prefix: config.redis.prefix });
  undo.push('queues', () => queues.close());
  return {
    redis,
    queues,
    producers: createProducers(queues, { now }),
    stores: openStores({ redis, config, telemetry, now }),
  };
}

async function openWebhooks(
  { config, telemetry, now, undo }: Ground,
  { key, producers }: { key: Key; producers: Producers },
): Promise<Webhooks> {
  const redis = connectRedis(config.redis, 'webhook', telemetry);
  undo.push('redis for webhooks', () => redis.disconnect());
  const stores = openStores({ redis, config, telemetry, now });
  const webhooks = await createWebhooks({ config, redis, key, stores, producers, telemetry, now });
  undo.push('webhooks', () => webhooks.idle());
  return webhooks;
}

function startIncidentChecks(
  { config, telemetry, now, undo }: Ground,
  {
    alarm,
    webhooks,
    incidents,
  }: { alarm: ReceiverAlarm; webhooks: Webhooks; incidents: Stores['incidents'] },
): void {
  const lookout = createWorkerWatch({
    settings: config.notifications,
    channels: config.notifications.channels,
    gate: createSendGate(),
    publicUrl: config.http.publicUrl,
    prefix: config.redis.prefix,
    telemetry,
    now,
    incidents,
    sendNotice: trySend,
  });
  // The second check needs Redis; its errors are ignored, because the first check detects that Redis is
  // unavailable.
  const incidentChecks = [
    async () => alarm.look(await webhooks.redisTakes()),
    () => lookout.look().catch(() => undefined),
  ];
  const checking = setInterval(() => incidentChecks.forEach((check) => void check()), CHECK_EVERY_MS);
  undo.push('incident checks', () => clearInterval(checking));
}

function openLive({ config, telemetry, undo }: Ground, at: { redis: Redis; key: Key }): LiveHub {
  const stream = createLiveStream(at);
  const publisher = createLivePublisher(stream);
  undo.push('live publisher', () => publisher.close());
  undo.push('live listener', telemetry.listen(publisher.listener));
  // This connection emits no operator events, because the other connections report a failure of Redis.
  return createLiveHub({ connect: () => connectRedis(config.redis, 'reader', createTelemetry()), stream });
}

/** Returns the name of this receiver in alarms. The port distinguishes several receivers on one host. */
function nameOf({ http: { port } }: Config): string {
  return `${hostname()}:${port}`;
}

function createApp({ http }: Config, routes: readonly Mount[]): Express {
  const app = express();
  app.disable('x-powered-by');
  // The rules with which a proxy blocks paths are usually case-sensitive, so each path must have only one spelling.
  app.enable('case sensitive routing');
  // Webhooks have no query string. Routes that need the query parse it themselves.
  app.set('query parser', false);
  app.set('trust proxy', http.trustProxy);
  for (const mount of routes) mount(app);
  return app;
}

function notFound(): Problem {
  return new Problem('not-found', 'This path does not exist.');
}
