import type { Queue } from 'bullmq';
import { QUEUES, type QueueName } from "../contract/queue-names.js";
import type { Queues } from './queues.js';

/** How many jobs a queue holds, and how many workers take from it. */
export interface QueueLook {
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  workers: number;
}

/** Counts of every queue: two round trips each, whatever they hold. Workers come from Redis' list of clients. */
export async function lookAtQueues(queues: Queues): Promise<Readonly<Record<QueueName, QueueLook>>> {
  const [assess, redistribute, sweep, notify] = await Promise.all(QUEUES.map((name) => lookAt(queues[name])));
  if (!assess || !redistribute || !sweep || !notify) throw new Error('a queue has no look');
  return { assess, redistribute, sweep, notify };
}

async function lookAt(queue: Pick<Queue, 'getJobCounts' | 'getWorkersCount'>): Promise<QueueLook> {
  const [counts, workers] = await Promise.all([
    queue.getJobCounts('wait', 'prioritized', 'active', 'delayed', 'failed'),
    queue.getWorkersCount(),
  ]);
  const { wait = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = counts;
  return { waiting: wait + prioritized, active, delayed, failed, workers };
}
