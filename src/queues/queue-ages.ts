import type { Job } from 'bullmq';
import { QUEUES, type QueueName } from '../contract/queue-names.js';
import type { Queues } from './queues.js';

/** Ages in milliseconds of the oldest waiting job and of the job that has been running longest; 0 without such a job. */
export interface QueueAges {
  waiting: number;
  active: number;
}

/**
 * Creates the function that reads the ages of the jobs, with a few Redis round trips per queue. BullMQ does not store
 * when a delayed job became due. A job has therefore waited at most since the last reading that found nothing
 * waiting, at the latest since it was created or since it ran last.
 */
export function createQueueAges(
  queues: Queues,
  now: () => number,
): () => Promise<Readonly<Record<QueueName, QueueAges>>> {
  const emptyAt = new Map<QueueName, number>();
  const agesOf = async (name: QueueName): Promise<QueueAges> => {
    const queue = queues[name];
    const [waiting, prioritized, active] = await Promise.all([
      queue.getJobs(['wait'], 0, 0, true),
      queue.getJobs(['prioritized'], 0, 0, true),
      queue.getJobs(['active'], 0, -1, true),
    ]);
    const at = now();
    const first = [...waiting, ...prioritized].filter(isStored);
    if (first.length === 0) emptyAt.set(name, at);
    const since = Math.min(...first.map(waitingSince));
    const started = Math.min(...active.filter(isStored).map(({ processedOn = at }) => processedOn));
    return { waiting: ageOf(Math.max(since, emptyAt.get(name) ?? 0), at), active: ageOf(started, at) };
  };
  return async () => {
    const ages = await Promise.all(QUEUES.map(async (name) => [name, await agesOf(name)] as const));
    return Object.fromEntries(ages) as Record<QueueName, QueueAges>;
  };
}

/** BullMQ returns no job for an ID whose data was deleted in the meantime. */
function isStored(job: Job | undefined): job is Job {
  return job !== undefined;
}

function waitingSince({ timestamp, opts, processedOn = 0 }: Job): number {
  return Math.max(timestamp + (opts.delay ?? 0), processedOn);
}

function ageOf(since: number, at: number): number {
  return since === Infinity ? 0 : Math.max(0, at - since);
}
