import type { Queue } from 'bullmq';

/** BullMQ states of a job that will not run again. `unknown` means that the job is in no list of the queue. */
const FINISHED: ReadonlySet<string> = new Set(['completed', 'failed', 'unknown']);

/** Whether a job in this BullMQ state will not run again. */
export function isFinished(state: string): boolean {
  return FINISHED.has(state);
}

/**
 * Whether a job will run: the job is in a list of the queue, and its data is stored. After a loss of data, Redis may
 * contain only one of the two.
 */
export async function isLive(queue: Pick<Queue, 'getJob'>, jobId: string): Promise<boolean> {
  const job = await queue.getJob(jobId);
  return job !== undefined && !isFinished(await job.getState());
}
