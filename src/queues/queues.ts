import { type DefaultJobOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { QUEUES, type QueueName } from '../contract/queue-names.js';
import { queuePrefix } from './names.js';
import type {
  AssessPayload,
  BatchPayload,
  NotifyPayload,
  RedistributePayload,
  SweepPayload,
} from './payloads.js';

/** All BullMQ queues. They share one Redis connection. */
export interface Queues {
  assess: Queue<AssessPayload>;
  redistribute: Queue<RedistributePayload>;
  sweep: Queue<SweepPayload>;
  notify: Queue<NotifyPayload>;
  batch: Queue<BatchPayload>;
  /** Closes the queues. The calling code must close the Redis connection. */
  close(): Promise<void>;
}

const DAY_SECONDS = 86_400;
/**
 * Maximum number of entries in the stream of job events, about 100 bytes per event. Only the queue board (bull-board)
 * and tests read the stream, and they need only recent events.
 */
const MAX_EVENTS = 1_000;

/**
 * Options of the jobs in each queue. Finished jobs are kept for the queue board; a job takes about 1 KB. BullMQ
 * retries only `notify` jobs. The other jobs are recovered by the `open` sweep and the schedules, which also works if
 * Redis has lost the job.
 */
const JOB_OPTIONS: Record<QueueName, DefaultJobOptions> = {
  assess: { removeOnComplete: { count: 50 }, removeOnFail: { count: 100, age: 7 * DAY_SECONDS } },
  redistribute: {
    removeOnComplete: { count: 200, age: DAY_SECONDS },
    removeOnFail: { count: 500, age: 14 * DAY_SECONDS },
    keepLogs: 100,
  },
  sweep: {
    removeOnComplete: { count: 50 },
    removeOnFail: { count: 100, age: 7 * DAY_SECONDS },
    keepLogs: 100,
  },
  notify: {
    // This number is never reached: `deliver` gives up after a certain time, not after a number of attempts.
    attempts: 10_000,
    backoff: { type: 'custom' },
    removeOnComplete: { count: 200, age: 7 * DAY_SECONDS },
    removeOnFail: { count: 200, age: 14 * DAY_SECONDS },
    keepLogs: 20,
    // BullMQ stores one stack trace per attempt. The limit keeps the job small.
    stackTraceLimit: 1,
  },
  batch: { removeOnComplete: { count: 50 }, removeOnFail: { count: 100, age: 7 * DAY_SECONDS } },
};

/**
 * Opens the queues. All `Queue` objects are created here, so that their prefix, their retention and the types of the
 * job data are consistent.
 */
export function createQueues({ connection, prefix }: { connection: Redis; prefix: string }): Queues {
  const open = <Payload>(name: QueueName): Queue<Payload> => {
    const queue = new Queue<Payload>(name, {
      connection,
      prefix: queuePrefix(prefix),
      defaultJobOptions: { attempts: 1, ...JOB_OPTIONS[name] },
      streams: { events: { maxLen: MAX_EVENTS } },
    });
    // Without a listener, an `error` event would end the process. The Redis connection reports its errors
    // separately.
    queue.on('error', () => undefined);
    return queue;
  };
  const queues = {
    assess: open<AssessPayload>('assess'),
    redistribute: open<RedistributePayload>('redistribute'),
    sweep: open<SweepPayload>('sweep'),
    notify: open<NotifyPayload>('notify'),
    batch: open<BatchPayload>('batch'),
  };
  return {
    ...queues,
    async close() {
      await Promise.all(QUEUES.map((name) => queues[name].close()));
    },
  };
}
