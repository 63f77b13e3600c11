import type { Worker } from 'bullmq';
import type { FleetDeps } from '../src/application/inventory/deps.js';
import { sweep } from '../src/application/inventory/sweeps/sweep.js';
import { sweepPayload } from '../src/queues/payloads.js';
import { createQueueWorker, nameOf, type QueueWorkerOptions } from './queue-worker.js';

/** Starts the worker of the queue `sweep`. Each job runs one sweep of one Jamf Pro server. */
export function createSweepWorker(deps: FleetDeps, options: QueueWorkerOptions): Worker {
  return createQueueWorker(
    'sweep',
    (job) => sweep(deps, sweepPayload.decode(job.data, nameOf(job))),
    options,
  );
}
