import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { QueueName } from '../src/contract/queue-names.js';
import { queuePrefix } from '../src/queues/names.js';

/** Options of a queue worker. */
export interface QueueWorkerOptions {
  /** Connection of purpose `worker`, which retries without limit while Redis is unavailable, as BullMQ requires. */
  connection: Redis;
  /** Value of `redis.prefix` in the configuration. */
  prefix: string;
  /** Maximum number of jobs at the same time in this process. */
  concurrency: number;
  /** Lock duration of a job, milliseconds. If its worker does not renew the lock in time, another worker takes the job. */
  lockMs: number;
  /** Returns milliseconds before the next attempt of a failed job. Only for queues whose jobs have several attempts. */
  backoff?: (attemptsMade: number, error?: Error) => number;
  /** How often a job may lose its worker before it fails; 1 by default (BullMQ). */
  maxStalled?: number;
}

/** Wait after an error of Redis before the next job is taken; 15 s by default (BullMQ). */
const RETRY_DELAY_MS = 1_000;

/**
 * Starts a worker. The jobs of a killed worker are taken over after at most 1.5 × `lockMs`, because BullMQ checks for expired locks once
 * per `stalledInterval`.
 */
export function createQueueWorker<Result>(
  queue: QueueName,
  work: (job: Job<unknown>, token: string | undefined) => Promise<Result>,
  { connection, prefix, concurrency, lockMs, backoff, maxStalled = 1 }: QueueWorkerOptions,
): Worker<unknown, Result> {
  const worker = new Worker<unknown, Result>(queue, (job, token) => work(job, token), {
    connection,
    prefix: queuePrefix(prefix),
    concurrency,
    lockDuration: lockMs,
    maxStalledCount: maxStalled,
    runRetryDelay: RETRY_DELAY_MS,
    stalledInterval: Math.max(500, Math.ceil(lockMs / 2)),
    ...(backoff && { settings: { backoffStrategy: (attempts, _type, error) => backoff(attempts, error) } }),
  });
  // Without a listener, an `error` event would end the process. The connection reports errors of Redis separately.
  worker.on('error', () => undefined);
  return worker;
}
