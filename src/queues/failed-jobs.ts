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
    retry: async (job) => {
      const failed = await failedJob(job);
      // Another user may retry or delete the job at the same time; BullMQ rejects the second change.
      return failed !== null && succeeds(() => failed.retry('failed'), failedJob, job);
    },
    remove: async (job) => {
      const failed = await failedJob(job);
      return failed !== null && succeeds(() => failed.remove(), failedJob, job);
    },
  };
}

/** Whether a change succeeded. An error is thrown again only while the job is still in the list of failed jobs. */
async function succeeds(
  change: () => Promise<void>,
  failedJob: (job: Pick<FailedJob, 'queue' | 'id'>) => Promise<object | null>,
  job: Pick<FailedJob, 'queue' | 'id'>,
): Promise<boolean> {
  try {
    await change();
    return true;
  } catch (error) {
    if ((await failedJob(job)) !== null) throw error;
    return false;
  }
}
