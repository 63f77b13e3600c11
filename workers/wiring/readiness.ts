import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Telemetry } from '../../src/telemetry/bus.js';
import type { Check } from '../../src/telemetry/health.js';
import { messageOf } from '../../src/process/error-message.js';

/** Interval at which the same error is reported again. Without Redis, a worker has several errors per second. */
const REPEAT_AFTER_MS = 60_000;

/** Emits events for failed jobs, for stalled jobs and for errors of a worker outside of jobs. */
export function tellOf(worker: Worker, telemetry: Telemetry): void {
  const queue = worker.name;
  const lastReported = { error: '', at: 0 };
  worker.on('error', ({ message: error }) => {
    const at = Date.now();
    if (error === lastReported.error && at - lastReported.at < REPEAT_AFTER_MS) return;
    lastReported.error = error;
    lastReported.at = at;
    telemetry.emit('queue.trouble', { queue, error });
  });
  worker.on('failed', (job, error) =>
    telemetry.emit('job.failed', { queue, job: job?.id ?? 'unknown', error: error.message }),
  );
  worker.on('stalled', (job) => telemetry.emit('job.stalled', { queue, job }));
}

/** Readiness checks of the worker process: Redis responds, and all queue workers run. HTTP keeps serving if a check fails. */
export function workerChecks(redis: Redis, workers: readonly Worker[]): Readonly<Record<string, Check>> {
  return {
    redis: () =>
      redis.ping().then(
        () => null,
        (error: unknown) => `cannot be reached: ${messageOf(error)}`,
      ),
    queues: () => Promise.resolve(stoppedWorkers(workers)),
  };
}

function stoppedWorkers(workers: readonly Worker[]): string | null {
  if (workers.length === 0) return 'workers have not started yet';
  const stopped = workers.filter((worker) => !worker.isRunning() || worker.isPaused());
  return stopped.length === 0
    ? null
    : `stopped queue workers (${stopped.map(({ name }) => name).join(', ')}): restart the process`;
}
