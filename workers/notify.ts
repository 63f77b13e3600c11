import { DelayedError, UnrecoverableError, type Worker } from 'bullmq';
import { NotSentError } from '../src/notify/post.js';
import { notifyPayload } from '../src/queues/payloads.js';
import { createQueueWorker, type QueueWorkerOptions } from './queue-worker.js';
import { deliver, type DeliverDeps } from '../src/incidents/deliver.js';
import { createGate } from '../src/incidents/gate.js';

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 600_000;

/**
 * How long to wait before another attempt, milliseconds: 5 s, doubled each time up to ten minutes, and never less than the receiver asks.
 */
export function backoff(attemptsMade: number, error?: Error): number {
  const ownMs = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attemptsMade - 1, 20), LONGEST_WAIT_MS);
  return Math.max(ownMs, error instanceof NotSentError ? error.waitMs : 0);
}

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
