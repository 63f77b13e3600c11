import { z } from 'zod';
import { instant, reason } from '../common.js';
import { QUEUES } from '../queue-names.js';

const queue = z.enum(QUEUES);

/** Response of `GET /api/v1/jobs/failed`. */
export const failedJobsAnswer = z
  .object({
    jobs: z
      .array(
        z.object({
          queue,
          id: z.string(),
          instance: z.string().nullable().describe('The Jamf Pro server; null for a notification.'),
          failedAt: instant,
          attempts: z.int(),
          error: z.string(),
        }),
      )
      .describe('Failed jobs, newest first.'),
  })
  .meta({ id: 'FailedJobs' });

/** Body of the requests that retry or delete failed jobs. */
export const failedJobsRequest = z
  .strictObject({
    reason,
    queue,
    ids: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(500)
      .optional()
      .describe('IDs of the jobs. If they are omitted, all failed jobs of the queue.'),
  })
  .meta({ id: 'FailedJobsRequest' });

/** Response of the requests that retry or delete failed jobs. */
export const failedJobsChanged = z
  .object({
    changed: z.int().describe('Number of jobs that were retried or deleted.'),
    skipped: z.int().describe('Number of jobs that were skipped, because they were no longer failed.'),
  })
  .meta({ id: 'FailedJobsChanged' });

/** Query of `GET /api/v1/jobs/failed`. */
export const failedJobsQuery = z.strictObject({ queue: queue.optional() });
