import type { Worker } from 'bullmq';
import { assessHints } from '../src/application/inventory/assess-hints.js';
import type { FleetDeps } from '../src/application/inventory/deps.js';
import { assessPayload } from '../src/queues/payloads.js';
import { createQueueWorker, type QueueWorkerOptions } from './queue-worker.js';

/** Starts the worker of the queue `assess`. Each job assesses the Macs in the assessment backlog of one Jamf Pro server. */
export function createAssessWorker(deps: FleetDeps, options: QueueWorkerOptions): Worker {
  return createQueueWorker(
    'assess',
    (job) => assessHints(deps, assessPayload.parse(job.data).instance),
    options,
  );
}
