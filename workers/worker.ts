import type { Worker } from 'bullmq';
import express from 'express';
import type { Redis } from 'ioredis';
import type { InstanceConfig } from '../src/config/sections/instance.js';
import type { Config } from '../src/config/schema.js';
import type { JamfConnection } from '../src/jamf/client.js';
import { createJamfClient } from '../src/jamf/create.js';
import { sharedLimiter } from '../src/jamf/transport/shared-limiter.js';
import { closeGently, createHttpServer, listen } from '../src/process/http.js';
import { createUndoList, startOrUndo, type UndoList } from '../src/process/stop.js';
import { createQueues, type Queues } from '../src/queues/queues.js';
import { keysUnder } from '../src/store/redis/keys.js';
import { createLivePublisher } from '../src/store/live/publish.js';
import { createLiveStream } from '../src/store/live/stream.js';
import { connectRedis } from '../src/store/redis/redis.js';
import { createSlots } from '../src/store/slots/slots.js';
import type { Telemetry } from '../src/telemetry/bus.js';
import { healthRoutes } from '../src/telemetry/health.js';
import { createMetrics } from '../src/telemetry/metrics.js';
import type { FleetDeps } from '../src/application/inventory/deps.js';
import { countOnScrape } from './wiring/fleet-metrics.js';
import { keepLooking } from '../src/application/incidents/watch-incidents.js';
import { keepSchedules } from './wiring/schedules.js';
import { refreshProfiles } from '../src/application/inventory/sweeps/refresh-profiles.js';
import { tellOf, workerChecks } from './wiring/readiness.js';
import { createDeps, startQueueWorkers } from './wiring/wiring.js';

/** A running worker process. */
export interface WorkerProcess {
  /** Where health and metrics are. */
  url: string;
  /** Takes no more jobs, lets those under way come to a point where nothing is half-done, and ends. Safe to call twice. */
  stop(): Promise<void>;
}

/** What a worker process is given, and what tests may replace. */
export interface WorkerOptions {
  telemetry: Telemetry;
  now?: () => number;
  /** Connects to the Jamf Pro server of an instance. */
  connectJamf?: (instance: string, settings: InstanceConfig) => JamfConnection;
}

/**
 * Starts the worker process: the queues, the recurring sweeps, the look for incidents, health and metrics over HTTP. It starts without Redis or Jamf,
 * too, and says so.
 *
 * @throws what listening throws, such as EADDRINUSE; what was started by then is stopped.
 */
export function startWorker(config: Config, options: WorkerOptions): Promise<WorkerProcess> {
  const undo = createUndoList();
  return startOrUndo(undo, () => start(config, options, undo));
}

async function start(config: Config, options: WorkerOptions, undo: UndoList): Promise<WorkerProcess> {
  const { telemetry, now = Date.now } = options;
  const metrics = createMetrics();
  undo.push('metrics', telemetry.listen(metrics.listener));

  const redis = connectRedis(config.redis.url, 'request', telemetry);
  undo.push('redis', () => redis.disconnect());
  const queueRedis = connectRedis(config.redis.url, 'worker', telemetry);
  undo.push('redis for queues', () => queueRedis.disconnect());
  const queues = createQueues({ connection: redis, prefix: config.redis.prefix });
  undo.push('queues', () => queues.close());
  const told = createLivePublisher(createLiveStream({ redis, key: keysUnder(config.redis.prefix) }));
  undo.push('live changes', () => told.close());
  undo.push('hearing of changes', telemetry.listen(told.listener));
  const clients = connectServers(config, options, redis);
  undo.push('jamf', () => clients.forEach((client) => client.close()));

  const stopping = new AbortController();
  const jamf = (instance: string) => clients.get(instance) ?? null;
  const deps = createDeps(config, { redis, queues, jamf, telemetry, now, stopping: stopping.signal });
  countOnScrape(metrics.registry, { config, ...deps.fleet, leases: deps.leases });

  const workers: Worker[] = [];
  const app = express();
  app.disable('x-powered-by');
  app.use(healthRoutes({ checks: workerChecks(redis, workers), registry: metrics.registry }));
  const server = createHttpServer(app);
  const url = await listen(server, config.worker);
  undo.push('http', () => closeGently(server));

  workers.push(...startQueueWorkers(config, deps, queueRedis));
  for (const worker of workers) tellOf(worker, telemetry);
  undo.push('workers', () => Promise.all(workers.map((worker) => worker.close())));

  const begun = begin(config, deps.fleet, queues);
  undo.push('beginning', () => begun);
  const looking = keepLooking(deps.notify.look);
  undo.push('looking for incidents', () => looking);
  // Undone first: long jobs come to their end while the others are waited for.
  undo.push('long jobs', () => stopping.abort());
  telemetry.emit('process.started', { name: 'worker', address: url });
  return { url, stop: () => undo.stop() };
}

function connectServers(
  config: Config,
  { telemetry, now = Date.now, connectJamf }: WorkerOptions,
  redis: Redis,
): ReadonlyMap<string, JamfConnection> {
  const slots = createSlots({ redis, key: keysUnder(config.redis.prefix) });
  return new Map(
    Object.entries(config.instances).map(([instance, settings]) => [
      instance,
      connectJamf?.(instance, settings) ??
        createJamfClient({
          instance,
          settings,
          telemetry,
          now,
          limiter: (connections) =>
            sharedLimiter((request) => slots(instance, request), {
              most: settings.maxConnections,
              connections,
            }),
        }),
    ]),
  );
}

/** Takes back whoever is excluded, sees to the schedules, reads watched profiles that are not known yet, and stays with the schedules until the process stops. Never throws. */
async function begin(config: Config, fleet: FleetDeps, queues: Queues): Promise<void> {
  const { telemetry, stopping } = fleet;
  // What fails here is done by the first round of the open sweep.
  await Promise.allSettled(
    Object.keys(config.instances).map((instance) => fleet.keepLeases(instance, { atOnce: true })),
  );
  const { kept } = await keepSchedules(config.instances, { queue: queues.sweep, telemetry, stopping });
  await Promise.allSettled(
    Object.keys(config.instances).map(async (instance) => {
      const { missing } = await fleet.profiles.watchedProfiles(instance);
      if (missing.length > 0) await refreshProfiles(fleet, instance);
    }),
  );
  await kept;
}
