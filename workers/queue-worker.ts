import { DelayedError, type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { QueueName } from '../src/contract/queue-names.js';
import { NewerRecord } from '../src/json/stored.js';
import { queuePrefix } from '../src/queues/names.js';

/** Dependencies of all queue workers. */
export interface QueueWorkerOptions {
  /** Redis connection with the purpose `worker`. It retries without limit while Redis is unavailable, as BullMQ requires. */
  connection: Redis;
  /** The setting `redis.prefix`. */
  prefix: string;
  /** Maximum number of jobs that this process runs at the same time. */
  concurrency: number;
  /**
   * Duration of the lock of a job, milliseconds. If its worker does not renew the lock in time, another worker
   * takes the job.
   */
  lockMs: number;
  /**
   * Returns the milliseconds to wait before the next attempt of a failed job. Set only for queues whose jobs have
   * several attempts.
   */
  backoff?: (attemptsMade: number, error?: Error) => number;
  /** Maximum number of times that a job may lose its worker. If a job loses its worker more often, it fails. Default of BullMQ: 1. */
  maxStalled?: number;
}

/** Delay after an error of Redis until the worker takes the next job, milliseconds. Default of BullMQ: 15 s. */
const RETRY_DELAY_MS = 1_000;

/** Delay of a job that only a worker of a newer version of Recert can process, milliseconds. */
const NEWER_DELAY_MS = 30_000;

/** Returns the name of a job for error messages. */
export function nameOf({ id }: Pick<Job<unknown>, 'id'>): string {
  return id ?? '';
}

/**
 * Runs a job. If the payload of the job, or a record that it needs, was written by a newer version of Recert, the job
 * is delayed: during a rolling upgrade, a worker of the newer version can then take it. The error is emitted as an
 * error of the worker. Other errors fail the job.
 */
async function runOrDefer<Result>(
  work: () => Promise<Result>,
  worker: Worker<unknown, Result>,
  { job, token }: { job: Job<unknown>; token: string | undefined },
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NewerRecord)) throw error;
    worker.emit('error', error);
    await job.moveToDelayed(Date.now() + NEWER_DELAY_MS, token);
    throw new DelayedError();
  }
}

/**
 * Starts a worker. When a worker process is killed, other workers take over its jobs after at most 1.5 × `lockMs`,
 * because BullMQ checks for expired locks at every `stalledInterval`.
 */
export function createQueueWorker<Result>(
  queue: QueueName,
  work: (job: Job<unknown>, token: string | undefined) => Promise<Result>,
  { connection, prefix, concurrency, lockMs, backoff, maxStalled = 1 }: QueueWorkerOptions,
): Worker<unknown, Result> {
  const worker: Worker<unknown, Result> = new Worker(
    queue,
    (job, token) => runOrDefer(async () => work(job, token), worker, { job, token }),
    {
      connection,
      prefix: queuePrefix(prefix),
      concurrency,
      lockDuration: lockMs,
      maxStalledCount: maxStalled,
      runRetryDelay: RETRY_DELAY_MS,
      stalledInterval: Math.max(500, Math.ceil(lockMs / 2)),
      ...(backoff && { settings: { backoffStrategy: (attempts, _type, error) => backoff(attempts, error) } }),
    },
  );
  // Without a listener, an `error` event would end the process. The Redis connection reports its errors
  // separately.
  worker.on('error', () => undefined);
  return worker;
}
