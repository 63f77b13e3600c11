import type { Job, Queue } from 'bullmq';
import { isFinished, isLive } from './live-job.js';
import {
  assessPayload,
  batchPayload,
  notifyPayload,
  redistributePayload,
  sweepPayload,
  type SweepPayload,
} from './payloads.js';
import type { Queues } from './queues.js';

/**
 * Adds jobs to the queues. The data of a job is validated before it is written. While Redis is unavailable, calls
 * fail within seconds instead of waiting.
 */
export interface Producers {
  /** Adds an `assess` job for one Jamf Pro server. The job runs after a delay in milliseconds. */
  wakeAssess(instance: string, delayMs: number): Promise<void>;
  /**
   * Adds an `assess` job that runs at a given time (epoch milliseconds). Requests for the same time create only one
   * job. Workers compute the time from the shared assessment backlog, so all of them request the same time.
   */
  wakeAssessAt(instance: string, at: number): Promise<void>;
  /**
   * Adds the job of one redistribution (job ID = redistribution ID), with an optional delay in milliseconds. A
   * finished job is replaced; a waiting, delayed or active job stays unchanged.
   */
  startRedistribution(instance: string, redistributionId: string, delayMs?: number): Promise<void>;
  /**
   * Runs the delayed job of a redistribution immediately, or adds the job if there is none. An active job stays
   * unchanged.
   */
  promoteRedistribution(instance: string, redistributionId: string): Promise<void>;
  /** Adds the job of one batch (job ID = batch ID). A waiting, delayed or active job stays unchanged. */
  startBatch(instance: string, batchId: string): Promise<void>;
  /** Adds a sweep outside of its schedule, unless the same sweep is already requested or running. */
  requestSweep(instance: string, what: SweepPayload['what']): Promise<void>;
  /**
   * Adds the job that sends one incident to one notification channel. A finished job is replaced; a waiting,
   * delayed or active job stays unchanged.
   */
  notify(incidentId: string, channel: string): Promise<void>;
  /** Returns which of the given redistributions have a waiting, delayed or active job. */
  withLiveJob(redistributionIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Creates the functions that add jobs. `now`: epoch milliseconds. */
export function createProducers(queues: Queues, { now = Date.now }: { now?: () => number } = {}): Producers {
  const { assess, redistribute, sweep, notify, batch } = queues;

  const addRedistribution: Producers['startRedistribution'] = async (
    instance,
    redistributionId,
    delayMs = 0,
  ) => {
    await removeFinished(redistribute, redistributionId);
    await redistribute.add('redistribute', redistributePayload.encode({ instance, redistributionId }), {
      jobId: redistributionId,
      delay: toDelay(delayMs),
    });
  };

  return {
    async wakeAssess(instance, delayMs) {
      await assess.add('assess', assessPayload.encode({ instance }), { delay: toDelay(delayMs) });
    },

    async wakeAssessAt(instance, at) {
      await assess.add('assess', assessPayload.encode({ instance }), {
        delay: toDelay(at - now()),
        jobId: `${instance}-${Math.ceil(at)}`,
        // BullMQ does not add a job if a finished job with the same ID exists.
        removeOnComplete: true,
        removeOnFail: true,
      });
    },

    startRedistribution: addRedistribution,

    async promoteRedistribution(instance, redistributionId) {
      const job = await redistribute.getJob(redistributionId);
      const state = job && (await job.getState());
      if (job && state === 'delayed') await job.promote().catch(rethrowIfDelayed(job));
      else if (state === undefined || isFinished(state)) await addRedistribution(instance, redistributionId);
    },

    async startBatch(instance, batchId) {
      await removeFinished(batch, batchId);
      await batch.add('batch', batchPayload.encode({ instance, batchId }), { jobId: batchId });
    },

    async requestSweep(instance, what) {
      const id = `${instance}-${what}`;
      const holder = await sweep.getDeduplicationJobId(id);
      // The key may belong to a job that Redis has lost. It would then prevent every further request.
      if (holder !== null && !(await isLive(sweep, holder))) await sweep.removeDeduplicationKey(id);
      await sweep.add(what, sweepPayload.encode({ instance, what }), { deduplication: { id } });
    },

    async notify(incidentId, channel) {
      const jobId = `${incidentId}-${channel}`;
      await removeFinished(notify, jobId);
      await notify.add('notify', notifyPayload.encode({ incidentId, channel }), { jobId });
    },

    async withLiveJob(redistributionIds) {
      const jobs = await Promise.all(
        redistributionIds.map(async (id) => ({ id, live: await isLive(redistribute, id) })),
      );
      return new Set(jobs.filter(({ live }) => live).map(({ id }) => id));
    },
  };
}

/** Removes a job that is finished or lost, because BullMQ does not add a job with an existing ID. */
async function removeFinished(queue: Pick<Queue, 'getJob' | 'remove'>, jobId: string): Promise<void> {
  if (!(await isLive(queue, jobId))) await queue.remove(jobId);
}

function toDelay(delayMs: number): number {
  return Math.max(0, Math.ceil(delayMs));
}

/** Ignores the error of `promote` if the job is no longer delayed. Throws all other errors again. */
function rethrowIfDelayed(job: Job): (error: unknown) => Promise<void> {
  return async (error) => {
    if ((await job.getState()) === 'delayed') throw error;
  };
}
