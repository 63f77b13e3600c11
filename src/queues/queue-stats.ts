import type { Queue } from 'bullmq';
import { QUEUES, type QueueName } from '../contract/queue-names.js';
import type { Queues } from './queues.js';

/** Number of jobs of a queue by state, and number of connected workers. */
export interface QueueStats {
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  workers: number;
}

/**
 * Reads the numbers of all queues, with two Redis round trips per queue, regardless of the size of the queue. Workers
 * are counted from the list of Redis clients.
 */
export async function queueStats(queues: Queues): Promise<Readonly<Record<QueueName, QueueStats>>> {
  const [assess, redistribute, sweep, notify, batch] = await Promise.all(
    QUEUES.map((name) => countJobs(queues[name])),
  );
  if (!assess || !redistribute || !sweep || !notify || !batch)
    throw new Error('a queue is missing from the counts');
  return { assess, redistribute, sweep, notify, batch };
}

async function countJobs(queue: Pick<Queue, 'getJobCounts' | 'getWorkersCount'>): Promise<QueueStats> {
  const [counts, workers] = await Promise.all([
    queue.getJobCounts('wait', 'prioritized', 'active', 'delayed', 'failed'),
    queue.getWorkersCount(),
  ]);
  const { wait = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = counts;
  return { waiting: wait + prioritized, active, delayed, failed, workers };
}
