import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { JamfClient, Ports } from '../../src/application/ports.js';
import type { Queues } from '../../src/queues/queues.js';
import { openStores } from '../../src/store/open-stores.js';
import type { Telemetry } from '../../src/telemetry/bus.js';
import type { Config } from '../../src/config/schema.js';
import { createOktaConnector } from '../../src/okta/connector.js';
import { askCa } from '../../src/scep/ask.js';
import { createProducers } from '../../src/queues/producers.js';
import { createAssessWorker } from '../assess.js';
import { createBatchWorker } from '../batch.js';
import type { BatchPorts } from '../../src/application/redistribution/request/batch.js';
import { createNotifyWorker } from '../notify.js';
import { createNotifyDeps } from './notify.js';
import { watchGroups } from '../../src/application/inventory/sweeps/watch-groups.js';
import type { FleetDeps } from '../../src/application/inventory/deps.js';
import { considerRedistribution } from '../../src/application/redistribution/consider-renewal.js';
import { recordRenewal } from '../../src/application/redistribution/record-renewal.js';
import { wakeFirst } from '../../src/application/redistribution/run/wake-next.js';
import type { GroupWriteLog } from '../../src/application/redistribution/group-writes.js';
import type { ConsiderDeps, RestartDeps, StepDeps } from '../../src/application/redistribution/deps.js';
import {
  restoreExcludedMacs,
  type ExclusionDeps,
} from '../../src/application/redistribution/exclusion-lease.js';
import {
  restartLostBatches,
  restartLostJobs,
} from '../../src/application/redistribution/restart-lost-jobs.js';
import { createRedistributeWorker } from '../redistribute.js';
import { createSweepWorker } from '../sweep.js';

/** Dependencies of all queue workers. */
export interface WorkerDeps {
  fleet: FleetDeps;
  /** The exclusion leases: Macs that Recert has added to an exclusion group. */
  leases: ExclusionDeps['leases'];
  redistributions: Ports['redistributions'];
  step: StepDeps & { log: GroupWriteLog };
  batch: BatchPorts & { stopping: AbortSignal };
  notify: ReturnType<typeof createNotifyDeps>;
}

/** Everything that is shared in the worker process: connections, queues, Jamf Pro clients and the clock. */
export interface WorkerContext {
  redis: Redis;
  queues: Queues;
  jamf: (instance: string) => JamfClient | null;
  telemetry: Telemetry;
  now: () => number;
  stopping: AbortSignal;
}

/** Creates the connectors to Okta of all Jamf Pro servers that have one. */
function connectOkta({ instances }: Config, now: () => number): Ports['okta'] {
  const connectors = new Map(
    Object.entries(instances).flatMap(([instance, { okta }]) =>
      okta ? [[instance, createOktaConnector(okta, now)] as const] : [],
    ),
  );
  return (instance) => connectors.get(instance) ?? null;
}

/** Creates the stores, and what the queue workers need. */
export function createDeps(config: Config, ground: WorkerContext): WorkerDeps {
  const { redis, queues, jamf, telemetry, now, stopping } = ground;
  const stores = openStores({ redis, config, telemetry, now });
  const { redistributions, leases, natives, limits, computers, profiles, hints, batches, groups } = stores;
  const producers = createProducers(queues, { now });
  const consider: ConsiderDeps & RestartDeps = {
    redistributions,
    computers,
    profiles,
    limits,
    producers,
    telemetry,
    now,
  };
  const exclusions = {
    instances: config.instances,
    jamf,
    leases,
    profiles,
    redistributions,
    producers,
    telemetry,
    now,
    log: { groups, now },
  };
  return {
    leases,
    redistributions,
    fleet: {
      ...stores,
      instances: config.instances,
      jamf,
      okta: connectOkta(config, now),
      askCa: (url, name) => askCa(url, { name, now }),
      producers,
      consider: (decided) => considerRedistribution(consider, decided),
      restartLostJobs: async (instance) => {
        await restartLostBatches({ batches, producers }, instance);
        return restartLostJobs(consider, instance);
      },
      wakeWaiting: (instance, profile) =>
        wakeFirst({ limits, redistributions, producers }, instance, profile),
      recordRenewal: (decided) => recordRenewal({ natives, redistributions, telemetry, now }, decided),
      watchGroups: (instance) =>
        watchGroups({ instances: config.instances, jamf, groups, profiles, telemetry, now }, instance),
      restoreExcludedMacs: (instance, options) => restoreExcludedMacs(exclusions, instance, options),
      telemetry,
      now,
      lockMs: config.worker.lock,
      stopping,
    },
    step: {
      redistributions,
      limits,
      computers,
      natives,
      profiles,
      hints,
      producers,
      jamf,
      telemetry,
      now,
      log: exclusions.log,
    },
    batch: { batches, computers, profiles, limits, redistributions, producers, telemetry, now, stopping },
    notify: createNotifyDeps(config, ground, { stores, producers }),
  };
}

/** Starts the workers of all queues. They share one Redis connection with the purpose `worker`. */
export function startQueueWorkers(
  config: Config,
  { fleet, step, batch, notify }: WorkerDeps,
  connection: Redis,
): readonly Worker[] {
  const { lock: lockMs, concurrency } = config.worker;
  const options = { connection, prefix: config.redis.prefix, lockMs };
  const instances = Object.keys(config.instances).length;
  return [
    // Only one job per Jamf Pro server runs at a time. A single job reads many Macs with one call; jobs at the
    // same time would divide the Macs among more calls.
    createAssessWorker(fleet, { ...options, concurrency: instances }),
    // Each scheduled type of sweep of each Jamf Pro server can run at the same time, so a full sweep does not
    // delay the `open` sweep.
    createSweepWorker(fleet, { ...options, concurrency: 3 * instances }),
    createBatchWorker(batch, { ...options, concurrency: 2 }),
    createRedistributeWorker(step, { ...options, concurrency }),
    // Many jobs may run at the same time, because a notification channel that does not respond must not delay
    // messages on other channels.
    createNotifyWorker(notify.deliver, { ...options, concurrency: 20 }),
  ];
}
