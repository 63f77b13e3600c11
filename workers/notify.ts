import { DelayedError, UnrecoverableError, type Worker } from 'bullmq';
import { deliver, type DeliverDeps } from '../src/application/incidents/deliver.js';
import { backoff, createGate } from '../src/application/incidents/send-gate.js';
import { notifyPayload } from '../src/queues/payloads.js';
import { createQueueWorker, type QueueWorkerOptions } from './queue-worker.js';

/** The worker of the queue `notify`, running: one job tells one channel of one incident. It waits on receivers, and nothing waits on it. */
export function createNotifyWorker(
  deps: DeliverDeps,
  options: QueueWorkerOptions,
  wait: typeof backoff = backoff,
): Worker {
  const gate = createGate(wait);
  return createQueueWorker(
    'notify',
    async (job, token) => {
      const attempt = job.attemptsMade + 1;
      const delivery = await deliver(deps, notifyPayload.parse(job.data), { attempt, gate });
      if (delivery.kind === 'given-up') throw new UnrecoverableError(`given up: ${delivery.error}`);
      if (delivery.kind === 'done') return;
      // BullMQ counts from the wall clock, whatever clock decides here.
      await job.moveToDelayed(Date.now() + delivery.waitMs, token);
      throw new DelayedError();
    },
    { ...options, backoff: wait },
  );
}
