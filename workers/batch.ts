import { DelayedError, type Worker } from 'bullmq';
import { type BatchPorts, runBatchPiece } from '../src/application/redistribution/request/batch.js';
import { batchPayload } from '../src/queues/payloads.js';
import { createQueueWorker, type QueueWorkerOptions } from './queue-worker.js';

/** How long a batch waits for redistributions that are in a step which must end before they can be canceled. */
const BUSY_MS = 5_000;

/**
 * The worker of the queue `batch`, running: one job opens the redistributions of one batch, piece by piece. When the process stops, the
 * job goes back into the queue after the piece that is running.
 */
export function createBatchWorker(
  deps: BatchPorts & { stopping: AbortSignal },
  options: QueueWorkerOptions,
): Worker {
  return createQueueWorker(
    'batch',
    async (job, token) => {
      const { instance, batchId } = batchPayload.parse(job.data);
      let progress = await runBatchPiece(deps, instance, batchId);
      while (progress === 'more' && !deps.stopping.aborted)
        progress = await runBatchPiece(deps, instance, batchId);
      if (progress === 'done') return;
      await job.moveToDelayed(Date.now() + (progress === 'busy' ? BUSY_MS : 0), token);
      throw new DelayedError();
    },
    options,
  );
}
