import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { QueueName } from "../src/contract/queue-names.js";
import { queuePrefix } from '../src/queues/names.js';

/** How a worker of a queue runs. */
export interface QueueWorkerOptions {
  /** A connection of purpose `worker`: BullMQ wants one that waits for Redis for ever. */
  connection: Redis;
  /** The prefix of the configuration (`redis.prefix`). */
  prefix: string;
  /** Jobs at the same time in this process. */
  concurrency: number;
  /** A job whose worker is silent for so long is given to another, milliseconds. */
  lockMs: number;
  /** How long a job that failed waits for its next attempt, milliseconds; for queues whose jobs have more than one. */
  backoff?: (attemptsMade: number, error?: Error) => number;
}

/**
 * A running worker. What a killed one left is taken over after `lockMs` and at most half of it more: BullMQ looks for jobs without a
 * lock in rounds of `stalledInterval`.
 */
export function createQueueWorker<Result>(
  queue: QueueName,
  work: (job: Job<unknown>, token: string | undefined) => Promise<Result>,
  { connection, prefix, concurrency, lockMs, backoff }: QueueWorkerOptions,
): Worker<unknown, Result> {
  const worker = new Worker<unknown, Result>(queue, (job, token) => work(job, token), {
    connection,
    prefix: queuePrefix(prefix),
    concurrency,
    lockDuration: lockMs,
    stalledInterval: Math.max(500, Math.ceil(lockMs / 2)),
    ...(backoff && { settings: { backoffStrategy: (attempts, _type, error) => backoff(attempts, error) } }),
  });
  // The connection tells what is wrong with Redis; an emitter without a listener would end the process.
  worker.on('error', () => undefined);
  return worker;
}
