import { hostname } from 'node:os';
import express, { type Express } from 'express';
import { apiRoutes } from './api/server/api.js';
import { consoleRoutes } from './api/pages/console.js';
import { createLiveHub } from './api/live/hub.js';
import { problemHandler, sendProblem } from './api/http/problem-response.js';
import { Problem } from './contract/problem.js';
import { neverSniffed } from './api/http/security-headers.js';
import { readVersion } from './process/version.js';
import { trySend } from './notify/channel.js';
import type { Config } from './config/schema.js';
import { createLookout } from './application/incidents/receiver-watch.js';
import { createGate } from './application/incidents/send-gate.js';
import { createReceiverAlarm } from './application/incidents/receiver-alarm.js';
import { closeGently, createHttpServer, listen } from './process/http.js';
import { createUndoList, startOrUndo, type UndoList } from './process/stop.js';
import { createProducers } from './queues/producers.js';
import { createQueues } from './queues/queues.js';
import { createComputerStore } from './store/computers/computers.js';
import { createIncidentStore } from './store/incidents/incidents.js';
import { keysUnder } from './store/redis/keys.js';
import { createLivePublisher } from './store/live/publish.js';
import { createLiveStream } from './store/live/stream.js';
import { connectRedis } from './store/redis/redis.js';
import type { Telemetry } from './telemetry/bus.js';
import { type Check, healthRoutes } from './telemetry/health.js';
import { createMetrics } from './telemetry/metrics.js';
import { createReplay } from './webhooks/admission/replay.js';
import { createWebhooks } from './webhooks/webhooks.js';
import { WEBHOOK_PATH } from './webhooks/http/route.js';

/** A running receiver. */
export interface Receiver {
  /** Where it listens. */
  url: string;
  /** Takes nothing more, answers what it took, and ends. Safe to call twice. */
  stop(): Promise<void>;
}

/** How often a receiver looks whether there is something that it has to tell itself. */
const LOOK_MS = 5_000;

/** Adds something to the application. The order of the list is the order in which requests meet it. */
type Mount = (app: Express) => unknown;

/**
 * Starts the receiver process: webhooks, health, the ops API. It starts without Redis, too, and says so on `/readyz`.
 *
 * @throws what listening throws, such as EADDRINUSE; what was started by then is stopped.
 */
export function startReceiver(
  config: Config,
  { telemetry, now = Date.now }: { telemetry: Telemetry; now?: () => number },
): Promise<Receiver> {
  const undo = createUndoList();
  return startOrUndo(undo, () => start(config, { telemetry, now, undo }));
}

async function start(
  config: Config,
  { telemetry, now, undo }: { telemetry: Telemetry; now: () => number; undo: UndoList },
): Promise<Receiver> {
  const metrics = createMetrics();
  undo.push('metrics', telemetry.listen(metrics.listener));

  const receiver = nameOf(config);
  const { notifications, redis: redisSettings, spool } = config;
  const alarm = createReceiverAlarm({
    channels: notifications.channels,
    prefix: redisSettings.prefix,
    receiver,
    sendNotice: trySend,
    telemetry,
    now,
    mostBytes: spool?.mostBytes ?? null,
  });
  // Before the spool is opened: what it adopts counts.
  undo.push('alarm', telemetry.listen(alarm.listener));

  const redis = connectRedis(config.redis.url, 'request', telemetry);
  undo.push('redis', () => redis.disconnect());
  const webhookRedis = connectRedis(config.redis.url, 'webhook', telemetry);
  undo.push('redis for webhooks', () => webhookRedis.disconnect());

  const key = keysUnder(config.redis.prefix);
  const queues = createQueues({ connection: redis, prefix: config.redis.prefix });
  undo.push('queues', () => queues.close());
  const producers = createProducers(queues, { now });

  const webhooks = await createWebhooks({
    config,
    redis: webhookRedis,
    key,
    computers: createComputerStore({ redis: webhookRedis, key }),
    producers,
    telemetry,
    now,
  });
  undo.push('webhooks', () => webhooks.idle());

  const lookout = createLookout({
    settings: notifications,
    channels: notifications.channels,
    gate: createGate(),
    publicUrl: config.http.publicUrl,
    prefix: redisSettings.prefix,
    telemetry,
    now,
    incidents: createIncidentStore({ redis, key }),
    sendNotice: trySend,
  });
  // Without Redis there is nothing to see; that is what the alarm is for.
  const looks = [
    async () => alarm.look(await webhooks.redisTakes()),
    () => lookout.look().catch(() => undefined),
  ];
  const looking = setInterval(() => looks.forEach((look) => void look()), LOOK_MS);
  undo.push('looking', () => clearInterval(looking));

  const stream = createLiveStream({ redis, key });
  const told = createLivePublisher(stream);
  undo.push('live changes', () => told.close());
  undo.push('hearing of changes', telemetry.listen(told.listener));
  const live = createLiveHub({ redis, stream });

  const checks: Record<string, Check> = { redis: webhooks.check };

  const routes: readonly Mount[] = [
    // First, and before anything that others need: see createHttpServer.
    (app) => app.all(WEBHOOK_PATH, webhooks.handler),
    (app) => app.use(neverSniffed),
    (app) => app.use(healthRoutes({ checks, registry: metrics.registry })),
    (app) =>
      app.use(
        apiRoutes({
          replay: createReplay({
            config,
            redis,
            key,
            computers: createComputerStore({ redis, key }),
            producers,
            telemetry,
            now,
          }),
          config,
          redis,
          queues,
          producers,
          live,
          telemetry,
          now,
          version: readVersion(),
        }),
      ),
    (app) => app.use(consoleRoutes()),
    (app) => app.use((_request, response) => sendProblem(response, nothingHere())),
    (app) => app.use(problemHandler(telemetry)),
  ];
  const server = createHttpServer(createApp(config, routes), config.http.tls);
  const url = await listen(server, config.http);
  undo.push('http', () => closeGently(server));
  // Undone first: these connections never come to an end by themselves.
  undo.push('live connections', () => live.close());
  telemetry.emit('process.started', { name: 'receiver', address: url });
  return { url, stop: () => undo.stop() };
}

/** Tells receivers apart: those of one machine listen on different ports. */
function nameOf({ http: { port } }: Config): string {
  return `${hostname()}:${port}`;
}

function createApp({ http }: Config, routes: readonly Mount[]): Express {
  const app = express();
  app.disable('x-powered-by');
  // Webhooks have no query; who needs one parses it.
  app.set('query parser', false);
  app.set('trust proxy', http.trustProxy);
  for (const mount of routes) mount(app);
  return app;
}

function nothingHere(): Problem {
  return new Problem('not-found', 'There is nothing at this address.');
}
