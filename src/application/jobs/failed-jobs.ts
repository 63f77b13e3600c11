import type { QueueName } from '../../contract/queue-names.js';
import type { Principal } from '../../contract/roles.js';
import { audited } from '../audit/audited.js';
import type { FailedJob, Ports } from '../ports.js';

type Deps = Pick<Ports, 'audit' | 'telemetry' | 'failedJobs' | 'config'>;

/** Failed jobs of one queue: those with the given IDs, or all without IDs. `reason` is written to the audit log. */
export interface FailedJobSelection {
  queue: QueueName;
  ids?: readonly string[] | undefined;
  reason: string;
}

/**
 * Lists the failed jobs of the Jamf Pro servers that the user may see. A job that belongs to no server is always
 * included.
 */
export async function listFailedJobs(
  { failedJobs, config }: Pick<Deps, 'failedJobs' | 'config'>,
  queue?: QueueName,
): Promise<readonly FailedJob[]> {
  const jobs = await failedJobs.list();
  return jobs.filter(
    (job) =>
      (queue === undefined || job.queue === queue) &&
      (job.instance === null || Object.hasOwn(config.instances, job.instance)),
  );
}

/**
 * Retries or deletes failed jobs, and records the action in the audit log. Deleting a job loses no data:
 * redistributions, sweeps and batches are stored separately in Redis, and the next `open` sweep adds a missing job
 * again. `skipped`: number of jobs that are no longer failed.
 */
export async function changeFailedJobs(
  deps: Deps,
  who: Principal,
  what: 'retry' | 'clear',
  { queue, ids, reason }: FailedJobSelection,
): Promise<{ changed: number; skipped: number }> {
  const jobs = await listFailedJobs(deps, queue);
  const selected = ids === undefined ? jobs : jobs.filter(({ id }) => ids.includes(id));
  const action = what === 'retry' ? ('job-retry' as const) : ('job-clear' as const);
  const act = { action, instance: null, reason, computers: 0, subjects: [queue, ...(ids ?? [])] };
  return audited(deps, who, act, async () => {
    let changed = 0;
    for (const job of selected) {
      const done = await (what === 'retry' ? deps.failedJobs.retry(job) : deps.failedJobs.remove(job));
      if (done) changed += 1;
    }
    const skipped = (ids?.length ?? selected.length) - changed;
    return {
      value: { changed, skipped },
      outcome: 'done',
      result: `${changed} ${changed === 1 ? 'job' : 'jobs'} ${what === 'retry' ? 'retried' : 'deleted'}, ${skipped} no longer failed.`,
    };
  });
}
