import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Telemetry } from '../../src/telemetry/bus.js';
import type { Check } from '../../src/telemetry/health.js';

/** The same trouble is told once in this time: without Redis a worker meets it several times a second. */
const TELL_AGAIN_MS = 60_000;

/** Tells of jobs that failed, of jobs whose worker fell silent, and of what a worker met outside of a job. */
export function tellOf(worker: Worker, telemetry: Telemetry): void {
  const queue = worker.name;
  const told = { error: '', at: 0 };
  worker.on('error', ({ message: error }) => {
    const at = Date.now();
    if (error === told.error && at - told.at < TELL_AGAIN_MS) return;
    told.error = error;
    told.at = at;
    telemetry.emit('queue.trouble', { queue, error });
  });
  worker.on('failed', (job, error) =>
    telemetry.emit('job.failed', { queue, job: job?.id ?? 'unknown', error: error.message }),
  );
  worker.on('stalled', (job) => telemetry.emit('job.stalled', { queue, job }));
}

/** What the worker process needs to be ready. A worker that died turns it red; HTTP stays, so that one can see why. */
export function workerChecks(redis: Redis, workers: readonly Worker[]): Readonly<Record<string, Check>> {
  return {
    redis: () =>
      redis.ping().then(
        () => null,
        (error: unknown) => `cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
      ),
    queues: () => Promise.resolve(deadOf(workers)),
  };
}

function deadOf(workers: readonly Worker[]): string | null {
  if (workers.length === 0) return 'the workers have not started yet';
  const dead = workers.filter((worker) => !worker.isRunning() || worker.isPaused());
  return dead.length === 0
    ? null
    : `no longer working on ${dead.map(({ name }) => name).join(', ')}: restart the process`;
}
