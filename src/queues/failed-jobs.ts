import type { Job } from 'bullmq';
import { z } from 'zod';
import { QUEUES, type QueueName } from '../contract/queue-names.js';
import type { Queues } from './queues.js';

/** A queue job whose last attempt failed. BullMQ does not run it again. */
export interface FailedJob {
  queue: QueueName;
  id: string;
  /** Name of the Jamf Pro server of the job; `null` for a notification, which belongs to no server. */
  instance: string | null;
  /** When the job failed, epoch milliseconds. */
  failedAt: number;
  attempts: number;
  error: string;
}

/** Reads, retries and deletes failed jobs of the queues. */
export interface FailedJobs {
  /** Returns all failed jobs that the queues keep, newest first. The queues keep at most 500 of one kind. */
  list(): Promise<readonly FailedJob[]>;
  /** Adds a failed job to its queue again. Returns `false` if the job is no longer failed. */
  retry(job: Pick<FailedJob, 'queue' | 'id'>): Promise<boolean>;
  /** Deletes a failed job. Returns `false` if the job is no longer failed. */
  remove(job: Pick<FailedJob, 'queue' | 'id'>): Promise<boolean>;
}

const ofInstance = z.object({ instance: z.string() });
/** Maximum length of an error text, in characters. */
const MAX_ERROR = 500;

/** Creates the access to the failed jobs of all queues. */
export function createFailedJobs(queues: Queues): FailedJobs {
  const failedJob = async ({ queue, id }: Pick<FailedJob, 'queue' | 'id'>) => {
    const job = await queues[queue].getJob(id);
    return job !== undefined && (await job.isFailed()) ? job : null;
  };
  /** Changes a job if it is in the list of failed jobs. */
  const change = async (job: Pick<FailedJob, 'queue' | 'id'>, apply: (failed: Job) => Promise<void>) => {
    const failed = await failedJob(job);
    if (failed === null) return false;
    try {
      await apply(failed);
      return true;
    } catch (error) {
      // Another process may have retried or deleted the job at the same time. BullMQ then rejects the change.
      if ((await failedJob(job)) !== null) throw error;
      return false;
    }
  };
  return {
    async list() {
      const found = await Promise.all(
        QUEUES.map(async (queue) => {
          const jobs = await queues[queue].getFailed();
          return jobs.map((job) => ({
            queue,
            id: job.id ?? '',
            instance: ofInstance.safeParse(job.data).data?.instance ?? null,
            failedAt: job.finishedOn ?? job.timestamp,
            attempts: job.attemptsMade,
            error: job.failedReason.slice(0, MAX_ERROR),
          }));
        }),
      );
      return found.flat().sort((one, other) => other.failedAt - one.failedAt);
    },
    retry: (job) => change(job, (failed) => failed.retry('failed')),
    remove: (job) => change(job, (failed) => failed.remove()),
  };
}
