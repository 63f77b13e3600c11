import type { Queue } from 'bullmq';

/** BullMQ states of a job that will not run again. `unknown` means that no list of the queue contains the job. */
const FINISHED: ReadonlySet<string> = new Set(['completed', 'failed', 'unknown']);

/** Whether a job in this BullMQ state will not run again. */
export function isFinished(state: string): boolean {
  return FINISHED.has(state);
}

/**
 * Whether a job will run: a list of the queue contains the job, and its data is stored. After a loss of data,
 * Redis can contain one without the other.
 */
export async function isLive(queue: Pick<Queue, 'getJob'>, jobId: string): Promise<boolean> {
  const job = await queue.getJob(jobId);
  return job !== undefined && !isFinished(await job.getState());
}
