import type { Worker } from 'bullmq';
import express from 'express';
import type { Redis } from 'ioredis';
import type { InstanceConfig } from '../src/config/sections/instance.js';
import type { Config } from '../src/config/schema.js';
import type { JamfConnection } from '../src/jamf/client.js';
import { createJamfClient } from '../src/jamf/create.js';
import { sharedLimiter } from '../src/jamf/transport/limiter/shared-limiter.js';
import { closeGently, createHttpServer, listen } from '../src/process/http.js';
import { readVersion } from '../src/process/version.js';
import { createUndoList, startOrUndo, type UndoList } from '../src/process/stop.js';
import { createQueueAges } from '../src/queues/queue-ages.js';
import { createQueues, type Queues } from '../src/queues/queues.js';
import { keysUnder } from '../src/store/redis/keys.js';
import { createLivePublisher } from '../src/store/live/publish.js';
import { createLiveStream } from '../src/store/live/stream.js';
import { connectRedis } from '../src/store/redis/redis.js';
import { createSlots } from '../src/store/slots/slots.js';
import { refuseOldServers } from '../src/store/redis/version.js';
import type { Telemetry } from '../src/telemetry/bus.js';
import { healthRoutes } from '../src/telemetry/health.js';
import { createMetrics } from '../src/telemetry/metrics.js';
import { serveMetrics } from '../src/telemetry/serve-metrics.js';
import type { FleetDeps } from '../src/application/inventory/deps.js';
import { reportFleet } from './metrics/fleet-metrics.js';
import { watchIncidents } from '../src/application/incidents/watch-incidents.js';
import { keepSchedules, retryUntilDone } from './wiring/schedules.js';
import { refreshProfiles } from '../src/application/inventory/sweeps/refresh-profiles.js';
import { tellOf, workerChecks } from './wiring/readiness.js';
import { createDeps, startQueueWorkers } from './wiring/wiring.js';
import {
  checkInstances,
  RemovedInstanceError,
  type RemovedInstanceDeps,
  stoppingInstances,
} from '../src/application/redistribution/removed-instances.js';

/** A running worker process. */
export interface WorkerProcess {
  /** Address of the HTTP server for health checks and metrics. */
  url: string;
  /**
   * Stops the process. It takes no more jobs, and waits until active jobs end or can be interrupted. A second call
   * has no further effect.
   */
  stop(): Promise<void>;
}

/** Options of the worker process. Only tests set options other than `telemetry`. */
export interface WorkerOptions {
  telemetry: Telemetry;
  now?: () => number;
  /** Connects to a Jamf Pro server of the configuration. `instance` is its name. */
  connectJamf?: (instance: string, settings: InstanceConfig) => JamfConnection;
}

/**
 * Starts the worker process: queue workers, scheduled sweeps, detection of incidents, and an HTTP server for health
 * checks and metrics. The process also starts while Redis or Jamf Pro is unavailable. While Redis is unavailable, the
 * process is not ready.
 * @throws the error of listening, such as EADDRINUSE, after everything that was started has been stopped.
 */
export function startWorker(config: Config, options: WorkerOptions): Promise<WorkerProcess> {
  const undo = createUndoList();
  return startOrUndo(undo, () => start(config, options, undo));
}

async function start(config: Config, options: WorkerOptions, undo: UndoList): Promise<WorkerProcess> {
  const { telemetry, now = Date.now } = options;
  const metrics = createMetrics({ process: 'worker', version: readVersion() });
  undo.push('metrics', telemetry.listen(metrics.listener));

  const redis = connectRedis(config.redis, 'request', telemetry);
  undo.push('Redis connection', () => redis.disconnect());
  const queueRedis = connectRedis(config.redis, 'worker', telemetry);
  undo.push('Redis connection of the queue workers', () => queueRedis.disconnect());
  await refuseOldServers(redis);
  const key = keysUnder(config.redis.prefix);
  const queues = createQueues({ connection: redis, prefix: config.redis.prefix });
  undo.push('queues', () => queues.close());
  const livePublisher = createLivePublisher(createLiveStream({ redis, key }));
  undo.push('live change publisher', () => livePublisher.close());
  undo.push('live change listener', telemetry.listen(livePublisher.listener));
  const clients = connectServers(config, options, redis);
  undo.push('Jamf Pro clients', () => clients.forEach((client) => client.close()));

  const stopping = new AbortController();
  const jamf = (instance: string) => clients.get(instance) ?? null;
  const deps = createDeps(config, { redis, queues, jamf, telemetry, now, stopping: stopping.signal });
  const open = { config, leases: deps.leases, redistributions: deps.redistributions };
  await refuseRemovedInstances(open);
  const fleetFigures = { ...deps.notify.overview, redis, queueAges: createQueueAges(queues, now) };
  undo.push('fleet figures', reportFleet(metrics.registry, fleetFigures));

  const workers: Worker[] = [];
  const app = express();
  app.disable('x-powered-by');
  app.enable('case sensitive routing');
  app.use(
    healthRoutes({
      checks: { ...workerChecks([redis, queueRedis], key, workers), instances: () => checkInstances(open) },
      metrics: serveMetrics(metrics.registry, { token: config.metrics.token }),
    }),
  );
  const server = createHttpServer(app);
  const url = await listen(server, config.worker);
  undo.push('HTTP server', () => closeGently(server));

  workers.push(...startQueueWorkers(config, deps, queueRedis));
  for (const worker of workers) tellOf(worker, telemetry);
  undo.push('workers', () => Promise.all(workers.map((worker) => worker.close())));

  const startup = runStartupTasks(config, deps.fleet, queues);
  undo.push('startup tasks', () => startup);
  const detection = watchIncidents(deps.notify.look);
  undo.push('incident detection', () => detection);
  // This is pushed last and therefore runs first: long jobs end while the other parts are stopped.
  undo.push('long-running jobs', () => stopping.abort());
  telemetry.emit('process.started', { name: 'worker', address: url });
  return { url, stop: () => undo.stop() };
}

/** Checks nothing while Redis is unavailable; `/readyz` and an incident later report a removed instance. @throws RemovedInstanceError */
async function refuseRemovedInstances(deps: RemovedInstanceDeps): Promise<void> {
  const removed = await stoppingInstances(deps);
  if (removed.length > 0) throw new RemovedInstanceError(removed);
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

/**
 * Runs the tasks of the start: publishes the modes of the watched profiles, removes excluded Macs from the exclusion
 * groups, creates the schedules of the sweeps, and reads the watched profiles, whose scopes determine whether Recert
 * may act. Then keeps the schedules until the process stops. Never throws.
 */
async function runStartupTasks(config: Config, fleet: FleetDeps, queues: Queues): Promise<void> {
  const { telemetry, stopping } = fleet;
  const instances = Object.keys(config.instances);
  const published = retryUntilDone('mode', () => fleet.profiles.publishModes(), { telemetry, stopping });
  // Failures are ignored, because the first `open` sweep does the same.
  const restore = (of: readonly string[]) =>
    Promise.allSettled(of.map((instance) => fleet.restoreExcludedMacs(instance, { atOnce: true })));
  await restore(instances);
  const { kept } = await keepSchedules(config.instances, { queue: queues.sweep, telemetry, stopping });
  const unread = await Promise.allSettled(
    instances.map(async (instance) => {
      const { missing } = await fleet.profiles.watchedProfiles(instance);
      await refreshProfiles(fleet, instance);
      // Redistributions that observe mode blocked before this start are woken now. Otherwise they would wait for the
      // next sweep.
      await fleet.restartLostJobs(instance);
      return missing.length > 0 ? [instance] : [];
    }),
  );
  // This is repeated for servers of which a profile had not been read: only a profile that has been read shows whether
  // a group is its exclusion group.
  await restore(unread.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])));
  await Promise.all([published, kept]);
}
