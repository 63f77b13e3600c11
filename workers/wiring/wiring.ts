import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Config } from '../../src/config/schema.js';
import { askCa } from '../../src/scep/ask.js';
import { createProducers } from '../../src/queues/producers.js';
import { createComputerStore } from '../../src/store/computers/computers.js';
import { createCursorStore } from '../../src/store/cursors/cursors.js';
import { createHints } from '../../src/store/hints/hints.js';
import { keysUnder } from '../../src/store/redis/keys.js';
import { createLeaseStore } from '../../src/store/redistributions/leases.js';
import { createLimitStore } from '../../src/store/limits/limits.js';
import { createNativeStore } from '../../src/store/redistributions/jamf-renewal-counts.js';
import { createProfileAuditStore } from '../../src/store/profiles/profile-audits.js';
import { createProfileHints } from '../../src/store/hints/profile-hints.js';
import { createProfileStore } from '../../src/store/profiles/profiles.js';
import { createRedistributionStore } from '../../src/store/redistributions/redistributions.js';
import { createAssessWorker } from '../assess.js';
import { createNotifyWorker } from '../notify.js';
import type { DeliverDeps } from '../../src/application/incidents/deliver.js';
import { createNotifyDeps } from './notify.js';
import type { LookDeps } from '../../src/application/incidents/watch-incidents.js';
import type { FleetDeps, Ground } from '../../src/application/inventory/deps.js';
import { considerRedistribution } from '../../src/application/redistribution/consider-renewal.js';
import { noteRenewal } from '../../src/application/redistribution/record-renewal.js';
import type { ConsiderDeps, StepDeps } from '../../src/application/redistribution/deps.js';
import { keepLeases, type LeaseDeps } from '../../src/application/redistribution/exclusion-lease.js';
import { restartLostJobs } from '../../src/application/redistribution/restart-lost-jobs.js';
import { createRedistributeWorker } from '../redistribute.js';
import { createSweepWorker } from '../sweep.js';

/** What the workers of each kind need. */
export interface WorkerDeps {
  fleet: FleetDeps;
  /** Who is excluded because of us. */
  leases: LeaseDeps['leases'];
  step: StepDeps;
  notify: { look: LookDeps; deliver: DeliverDeps };
}

/** The stores and what the workers need of them. */
export function createDeps(config: Config, ground: Ground): WorkerDeps {
  const { redis, queues, jamf, telemetry, now, stopping } = ground;
  const key = keysUnder(config.redis.prefix);
  const producers = createProducers(queues, { now });
  const hints = createHints({ redis, key, now });
  const computers = createComputerStore({ redis, key });
  const profiles = createProfileStore({ redis, key, config });
  const redistributions = createRedistributionStore({ redis, key });
  const limits = createLimitStore({ redis, key, telemetry });
  const audits = createProfileAuditStore({ redis, key });
  const cursors = createCursorStore({ redis, key });
  const consider: ConsiderDeps = { redistributions, producers, telemetry, now };
  const natives = createNativeStore({ redis, key });
  const leases: LeaseDeps = {
    instances: config.instances,
    jamf,
    redistributions,
    producers,
    telemetry,
    now,
    leases: createLeaseStore({ redis, key }),
  };
  return {
    leases: leases.leases,
    fleet: {
      instances: config.instances,
      jamf,
      computers,
      profiles,
      audits,
      askCa: (url) => askCa(url, { now }),
      cursors,
      hints,
      limits,
      profileHints: createProfileHints({ redis, key, now }),
      producers,
      consider: (decided) => considerRedistribution(consider, decided),
      restartLostJobs: (instance) => restartLostJobs(consider, instance),
      noteRenewal: (decided) => noteRenewal({ natives, telemetry, now }, decided),
      keepLeases: (instance, options) => keepLeases(leases, instance, options),
      telemetry,
      now,
      lockMs: config.worker.lock,
      stopping,
    },
    step: { redistributions, limits, computers, profiles, hints, producers, jamf, telemetry, now },
    notify: createNotifyDeps(config, ground, {
      computers,
      profiles,
      cursors,
      hints,
      redistributions,
      limits,
      producers,
      natives,
      leases: leases.leases,
      profileAudits: audits,
    }),
  };
}

/** Starts the worker of every queue on one connection (of purpose `worker`). */
export function startQueueWorkers(
  config: Config,
  { fleet, step, notify }: WorkerDeps,
  connection: Redis,
): readonly Worker[] {
  const { lock: lockMs, concurrency } = config.worker;
  const options = { connection, prefix: config.redis.prefix, lockMs };
  const instances = Object.keys(config.instances).length;
  return [
    // One call for many Macs is the point: more jobs at once for one server would each find less to do.
    createAssessWorker(fleet, { ...options, concurrency: instances }),
    // The sweeps of one kind never meet, and a long one must not hold up the round that picks up what was dropped.
    createSweepWorker(fleet, { ...options, concurrency: 3 * instances }),
    createRedistributeWorker(step, { ...options, concurrency }),
    // They wait for receivers, some of which may hang: the others must not wait with them.
    createNotifyWorker(notify.deliver, { ...options, concurrency: 20 }),
  ];
}
