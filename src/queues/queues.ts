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

/** The queues, sharing one connection. */
export interface Queues {
  assess: Queue<AssessPayload>;
  redistribute: Queue<RedistributePayload>;
  sweep: Queue<SweepPayload>;
  notify: Queue<NotifyPayload>;
  batch: Queue<BatchPayload>;
  /** Ends the queues; the connection stays, it belongs to whoever made it. */
  close(): Promise<void>;
}

const DAY_SECONDS = 86_400;
/** Length of the stream of job events, about 100 bytes each: bull-board and tests read it, nobody needs its past. */
const EVENTS = 1_000;

/**
 * What stays of finished jobs, for a look at the queue board; a kept job is about 1 KB. Only messages are tried again by BullMQ: hints,
 * redistributions and sweeps each have a way of their own to be taken up again, which also survives the loss of a job.
 */
const KEEP: Record<QueueName, DefaultJobOptions> = {
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
    // Far more than fit into the days for which a message is tried: time ends it, not the count.
    attempts: 10_000,
    backoff: { type: 'custom' },
    removeOnComplete: { count: 200, age: 7 * DAY_SECONDS },
    removeOnFail: { count: 200, age: 14 * DAY_SECONDS },
    keepLogs: 20,
    // One line says enough, and a stack could be long a thousand times over.
    stackTraceLimit: 1,
  },
  batch: { removeOnComplete: { count: 50 }, removeOnFail: { count: 100, age: 7 * DAY_SECONDS } },
};

/** Opens the queues. The one place that makes `Queue` objects: prefix, retention and payload types are the same everywhere. */
export function createQueues({ connection, prefix }: { connection: Redis; prefix: string }): Queues {
  const open = <Payload>(name: QueueName): Queue<Payload> => {
    const queue = new Queue<Payload>(name, {
      connection,
      prefix: queuePrefix(prefix),
      defaultJobOptions: { attempts: 1, ...KEEP[name] },
      streams: { events: { maxLen: EVENTS } },
    });
    // The connection tells its own errors; an emitter without a listener would end the process.
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
