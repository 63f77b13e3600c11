import { DelayedError, UnrecoverableError, type Worker } from 'bullmq';
import { deliver, type DeliverDeps } from '../src/application/incidents/deliver.js';
import { backoff, createSendGate } from '../src/application/incidents/send-gate.js';
import { notifyPayload } from '../src/queues/payloads.js';
import { createQueueWorker, nameOf, type QueueWorkerOptions } from './queue-worker.js';

/** Starts the worker of the queue `notify`. Each job sends one incident to one notification channel. */
export function createNotifyWorker(
  deps: DeliverDeps,
  options: QueueWorkerOptions,
  wait: typeof backoff = backoff,
): Worker {
  const gate = createSendGate(wait);
  return createQueueWorker(
    'notify',
    async (job, token) => {
      const attempt = job.attemptsMade + 1;
      const delivery = await deliver(deps, notifyPayload.decode(job.data, nameOf(job)), { attempt, gate });
      if (delivery.kind === 'given-up') throw new UnrecoverableError(`given up: ${delivery.error}`);
      if (delivery.kind === 'done') return;
      // BullMQ uses the system clock, which may differ from the clock in `deps` (in tests).
      await job.moveToDelayed(Date.now() + delivery.waitMs, token);
      throw new DelayedError();
    },
    { ...options, backoff: wait },
  );
}
