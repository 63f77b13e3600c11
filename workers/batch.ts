import { DelayedError, type Worker } from 'bullmq';
import { type BatchPorts, runBatchPiece } from '../src/application/redistribution/request/batch.js';
import { batchPayload } from '../src/queues/payloads.js';
import { createQueueWorker, nameOf, type QueueWorkerOptions } from './queue-worker.js';

/**
 * Delay before a batch tries again to cancel a redistribution, milliseconds. A redistribution cannot be canceled
 * while a worker processes it.
 */
const BUSY_MS = 5_000;

/**
 * Starts the worker of the queue `batch`. Each job opens the redistributions of one batch, some at a time. When the
 * process stops, the redistributions in progress are opened, and the job is then put back into the queue.
 */
export function createBatchWorker(
  deps: BatchPorts & { stopping: AbortSignal },
  options: QueueWorkerOptions,
): Worker {
  return createQueueWorker(
    'batch',
    async (job, token) => {
      const { instance, batchId } = batchPayload.decode(job.data, nameOf(job));
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
