import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { QueueName } from '../src/contract/queue-names.js';
import { queuePrefix } from '../src/queues/names.js';

/** What all queue workers need. */
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
   * Returns the milliseconds to wait before the next attempt of a failed job. Only for queues whose jobs have
   * several attempts.
   */
  backoff?: (attemptsMade: number, error?: Error) => number;
  /** How often a job may lose its worker before the job fails. Default of BullMQ: 1. */
  maxStalled?: number;
}

/** Wait after an error of Redis before the worker takes the next job, milliseconds. Default of BullMQ: 15 s. */
const RETRY_DELAY_MS = 1_000;

/**
 * Starts a worker. When a worker is killed, its jobs are taken over after at most 1.5 × `lockMs`, because BullMQ
 * checks for expired locks once per `stalledInterval`.
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
  // Without a listener, an `error` event would end the process. The Redis connection reports its errors
  // separately.
  worker.on('error', () => undefined);
  return worker;
}
