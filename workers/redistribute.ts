import { DelayedError, type Job, type Worker } from 'bullmq';
import type { Redistribution } from '../src/domain/redistribution/record.js';
import { redistributePayload } from '../src/queues/payloads.js';
import type { StepDeps } from '../src/application/redistribution/deps.js';
import type { GroupWriteLog } from '../src/application/redistribution/group-writes.js';
import { runRedistribution } from '../src/application/redistribution/run/run.js';
import { createGroups } from '../src/application/redistribution/run/group-membership.js';
import type { JobLock } from '../src/application/redistribution/run/fence.js';
import { createQueueWorker, nameOf, type QueueWorkerOptions } from './queue-worker.js';

const HOUR_MS = 3_600_000;
/**
 * A priority is the number of hours between this time and the expiry of the certificate. BullMQ accepts priorities
 * from 1 (first) to 2,097,151 (PRIORITY_LIMIT in bullmq), which is sufficient until the year 2259.
 */
const PRIORITY_FROM = Date.UTC(2020, 0, 1);
const PRIORITY_MAX = 2 ** 21 - 1;
/** A job that loses its worker more often than this number of times fails. The `open` sweep starts it again. */
const MAX_STALLED = 5;

/**
 * Starts the worker of the queue `redistribute`. One job processes one redistribution until it must wait, and then
 * delays itself. `close()` waits until all active jobs have reached this point.
 */
export function createRedistributeWorker(
  deps: StepDeps & { log?: GroupWriteLog },
  options: QueueWorkerOptions,
): Worker {
  const all = { ...deps, groups: createGroups(deps.log) };
  return createQueueWorker(
    'redistribute',
    async (job, token) => {
      const { instance, redistributionId: id } = redistributePayload.decode(job.data, nameOf(job));
      if (await setPriority(deps, job, { instance, id })) await delay(deps, job, token, deps.now());
      const driven = await runRedistribution(all, {
        instance,
        id,
        lock: lockOf(job, token, options.lockMs),
        log: async (line) => {
          await job.log(line);
        },
      });
      if (driven.done) return;
      await delay(deps, job, token, driven.wakeAt, () => deps.redistributions.hasSignal(instance, id));
    },
    { ...options, maxStalled: MAX_STALLED },
  );
}

/** Returns the lock of a job. A job without a token was not taken from the queue and has no lock. */
function lockOf(job: Job<unknown>, token: string | undefined, lockMs: number): JobLock {
  return {
    lastsMs: lockMs,
    // BullMQ checks in the same script that the lock exists and has this token, and extends it only then.
    hold: async () => token !== undefined && (await job.extendLock(token, lockMs)) === 1,
  };
}

/**
 * Sets the priority of a job, which is added without a priority. When the job first runs, this function sets the
 * priority, and the job is put back into the queue. The worker then takes the job with the earliest expiry first,
 * regardless of the order in which jobs were added. Returns whether the job must be put back.
 */
async function setPriority(
  { redistributions }: StepDeps,
  job: Job<unknown>,
  { instance, id }: { instance: string; id: string },
): Promise<boolean> {
  if (job.priority > 0) return false;
  const record = await redistributions.read(instance, id);
  if (record === null) return false;
  await job.changePriority({ priority: priorityOf(record) });
  return true;
}

/** Returns the priority of a job: requests of users first, then the earliest expiry of a certificate. */
function priorityOf({ cause, baseline }: Pick<Redistribution, 'cause' | 'baseline'>): number {
  if (cause.kind === 'manual') return 1;
  const hours = Math.floor(((baseline.expiresAt ?? 0) - PRIORITY_FROM) / HOUR_MS);
  return Math.min(Math.max(hours, 2), PRIORITY_MAX);
}

/**
 * Delays the job until `wakeAt`. Only a delayed job can be promoted, so a signal that arrived while the job was
 * active had no effect. The signal is therefore checked again after the delay is set. Throws the error that tells
 * BullMQ that the job was moved.
 */
async function delay(
  { now }: StepDeps,
  job: Job<unknown>,
  token: string | undefined,
  wakeAt: number,
  hasSignal: () => Promise<boolean> = () => Promise.resolve(false),
): Promise<never> {
  // BullMQ uses the system clock, which may differ from the clock of the process (in tests).
  await job.moveToDelayed(Date.now() + Math.max(0, wakeAt - now()), token);
  if (await hasSignal()) await job.promote().catch(() => undefined);
  throw new DelayedError();
}
