import { changeFailedJobs, listFailedJobs } from '../../application/jobs/failed-jobs.js';
import {
  failedJobsAnswer,
  failedJobsChanged,
  failedJobsQuery,
  failedJobsRequest,
} from '../../contract/resources/jobs.js';
import { noBody, nothing } from '../http/check-request.js';
import { defineRoute } from '../server/route.js';

const change = {
  method: 'post',
  role: 'operator',
  idempotent: true,
  params: nothing,
  query: nothing,
  body: failedJobsRequest,
  answer: failedJobsChanged,
  statuses: [200],
} as const;

/** Routes for failed jobs of the queues: list, retry and delete. */
export const jobRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/jobs/failed',
    role: 'viewer',
    summary: 'Failed jobs',
    params: nothing,
    query: failedJobsQuery,
    body: noBody,
    answer: failedJobsAnswer,
    statuses: [200],
    handle: async ({ query }, services) => {
      const jobs = await listFailedJobs(services, query.queue);
      return { body: { jobs: [...jobs] } };
    },
  }),
  defineRoute({
    ...change,
    path: '/api/v1/jobs/retry',
    acts: 'job-retry',
    summary: 'Retry failed jobs',
    handle: async ({ body, who }, services) => ({
      body: await changeFailedJobs(services, who, 'retry', body),
    }),
  }),
  defineRoute({
    ...change,
    path: '/api/v1/jobs/clear',
    acts: 'job-clear',
    summary: 'Delete failed jobs',
    description:
      'Deletes only the jobs. A redistribution or batch that is not finished gets a new job at the next sweep.',
    handle: async ({ body, who }, services) => ({
      body: await changeFailedJobs(services, who, 'clear', body),
    }),
  }),
];
