import { setTimeout } from 'node:timers/promises';
import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Key } from '../../src/store/redis/keys.js';
import type { Telemetry } from '../../src/telemetry/bus.js';
import type { Check } from '../../src/telemetry/health.js';
import { messageOf } from '../../src/process/error-message.js';

/**
 * Minimum time between two reports of the same error, milliseconds. While Redis is unavailable, a worker has several
 * errors per second.
 */
const REPEAT_AFTER_MS = 60_000;
/** Maximum duration of a readiness check, milliseconds. It is shorter than the usual timeout of a probe. */
const READY_TIMEOUT_MS = 900;
/** The key that the readiness check writes expires after this time, milliseconds. */
const READY_KEY_MS = 60_000;

/** Emits operator events for failed jobs, for jobs that lost their worker, and for other errors of a worker. */
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

/**
 * Returns the readiness checks of the worker process: Redis accepts a write on every connection, and all queue
 * workers run. The HTTP server keeps running if a check fails. The check writes, because a Redis server that is full
 * or that is a replica also responds to a ping.
 */
export function workerChecks(
  connections: readonly Redis[],
  key: Key,
  workers: readonly Worker[],
): Readonly<Record<string, Check>> {
  let writing: Promise<unknown> | null = null;
  // On a connection with the purpose `worker`, a command waits without limit while Redis is unavailable. Checks share
  // the write in progress; otherwise every check during an outage would add another write.
  const write = () =>
    (writing ??= Promise.all(
      connections.map((redis) => redis.set(key('ready'), Date.now(), 'PX', READY_KEY_MS)),
    ).finally(() => (writing = null)));
  return {
    redis: () =>
      Promise.race([write(), overdue()]).then(
        () => null,
        (error: unknown) => `does not accept writes: ${messageOf(error)}`,
      ),
    queues: () => Promise.resolve(stoppedWorkers(workers)),
  };
}

async function overdue(): Promise<never> {
  await setTimeout(READY_TIMEOUT_MS, undefined, { ref: false });
  throw new Error(`no reply within ${READY_TIMEOUT_MS} ms`);
}

function stoppedWorkers(workers: readonly Worker[]): string | null {
  if (workers.length === 0) return 'the queue workers have not started yet';
  const stopped = workers.filter((worker) => !worker.isRunning() || worker.isPaused());
  return stopped.length === 0
    ? null
    : `stopped queue workers (${stopped.map(({ name }) => name).join(', ')}): restart the process`;
}
