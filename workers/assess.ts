import type { Worker } from 'bullmq';
import { assessHints } from '../src/application/inventory/assess-hints.js';
import type { FleetDeps } from '../src/application/inventory/deps.js';
import { assessPayload } from '../src/queues/payloads.js';
import { createQueueWorker, nameOf, type QueueWorkerOptions } from './queue-worker.js';

/** Starts the worker of the queue `assess`. Each job assesses the Macs in the assessment backlog of one Jamf Pro server. */
export function createAssessWorker(deps: FleetDeps, options: QueueWorkerOptions): Worker {
  return createQueueWorker(
    'assess',
    (job) => assessHints(deps, assessPayload.decode(job.data, nameOf(job)).instance),
    options,
  );
}
