import type { Queue } from 'bullmq';
import { QUEUES, type QueueName } from '../contract/queue-names.js';
import type { Queues } from './queues.js';

/** How many jobs a queue holds, and how many workers take from it. */
export interface QueueStats {
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  workers: number;
}

/** Counts of every queue: two round trips each, whatever they hold. Workers come from Redis' list of clients. */
export async function queueStats(queues: Queues): Promise<Readonly<Record<QueueName, QueueStats>>> {
  const [assess, redistribute, sweep, notify, batch] = await Promise.all(
    QUEUES.map((name) => statsOf(queues[name])),
  );
  if (!assess || !redistribute || !sweep || !notify || !batch) throw new Error('a queue has no counts');
  return { assess, redistribute, sweep, notify, batch };
}

async function statsOf(queue: Pick<Queue, 'getJobCounts' | 'getWorkersCount'>): Promise<QueueStats> {
  const [counts, workers] = await Promise.all([
    queue.getJobCounts('wait', 'prioritized', 'active', 'delayed', 'failed'),
    queue.getWorkersCount(),
  ]);
  const { wait = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = counts;
  return { waiting: wait + prioritized, active, delayed, failed, workers };
}
