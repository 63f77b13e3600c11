import type { Job, Queue } from 'bullmq';
import {
  assessPayload,
  batchPayload,
  notifyPayload,
  redistributePayload,
  sweepPayload,
  type SweepPayload,
} from './payloads.js';
import type { Queues } from './queues.js';

/** Puts work into the queues. Every payload is checked before it is written. Calls fail soon when Redis is away. */
export interface Producers {
  /** An assess job for the hints of one instance, after a delay in milliseconds. */
  wakeAssess(instance: string, delayMs: number): Promise<void>;
  /**
   * An assess job at an instant (epoch milliseconds). Asked for several times for the same instant it is made once, so that workers
   * which all see the same next ripe hint do not multiply jobs.
   */
  wakeAssessAt(instance: string, at: number): Promise<void>;
  /**
   * The job of one redistribution (job id = redistribution id), at once or after a delay. A job of it that is finished is replaced;
   * one that waits, is delayed or is being worked on stays as it is.
   */
  startRedistribution(instance: string, redistributionId: string, delayMs?: number): Promise<void>;
  /** Ends the delay of a redistribution's job, and makes the job when there is none. A job being worked on stays as it is. */
  promoteRedistribution(instance: string, redistributionId: string): Promise<void>;
  /** The job of one batch (job id = batch id). One that waits, is delayed or is being worked on stays as it is. */
  startBatch(instance: string, batchId: string): Promise<void>;
  /** A sweep outside its schedule; one that waits or runs already for the same is enough. */
  requestSweep(instance: string, what: SweepPayload['what']): Promise<void>;
  /**
   * The job that tells one channel of one incident. One that waits, is delayed or is being worked on stays as it is; a finished one is
   * replaced.
   */
  notify(incidentId: string, channel: string): Promise<void>;
  /** Which of these redistributions have a job that is waiting, delayed or being worked on. */
  withLiveJob(redistributionIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Producers over the queues. */
export function createProducers(queues: Queues, { now = Date.now }: { now?: () => number } = {}): Producers {
  const { assess, redistribute, sweep, notify, batch } = queues;

  const start: Producers['startRedistribution'] = async (instance, redistributionId, delayMs = 0) => {
    await forgetFinished(redistribute, redistributionId);
    await redistribute.add('redistribute', redistributePayload.parse({ instance, redistributionId }), {
      jobId: redistributionId,
      delay: positive(delayMs),
    });
  };

  return {
    async wakeAssess(instance, delayMs) {
      await assess.add('assess', assessPayload.parse({ instance }), { delay: positive(delayMs) });
    },

    async wakeAssessAt(instance, at) {
      await assess.add('assess', assessPayload.parse({ instance }), {
        delay: positive(at - now()),
        jobId: `${instance}-${Math.ceil(at)}`,
        // A finished job of the same id would keep this one from being added.
        removeOnComplete: true,
        removeOnFail: true,
      });
    },

    startRedistribution: start,

    async promoteRedistribution(instance, redistributionId) {
      const job = await redistribute.getJob(redistributionId);
      const state = job && (await job.getState());
      if (job && state === 'delayed') await job.promote().catch(unlessStillDelayed(job));
      else if (state === undefined || FINISHED.has(state)) await start(instance, redistributionId);
    },

    async startBatch(instance, batchId) {
      await forgetFinished(batch, batchId);
      await batch.add('batch', batchPayload.parse({ instance, batchId }), { jobId: batchId });
    },

    async requestSweep(instance, what) {
      await sweep.add(what, sweepPayload.parse({ instance, what }), {
        deduplication: { id: `${instance}-${what}` },
      });
    },

    async notify(incidentId, channel) {
      const jobId = `${incidentId}-${channel}`;
      await forgetFinished(notify, jobId);
      await notify.add('notify', notifyPayload.parse({ incidentId, channel }), { jobId });
    },

    async withLiveJob(redistributionIds) {
      const states = await Promise.all(
        redistributionIds.map(async (id) => ({ id, state: await redistribute.getJobState(id) })),
      );
      return new Set(states.filter(({ state }) => !FINISHED.has(state)).map(({ id }) => id));
    },
  };
}

/** What BullMQ says of a job that nobody will work on. */
const FINISHED: ReadonlySet<string> = new Set(['completed', 'failed', 'unknown']);

/** A job id that exists already is not added again, be it finished. */
async function forgetFinished(queue: Pick<Queue, 'getJobState' | 'remove'>, jobId: string): Promise<void> {
  if (FINISHED.has(await queue.getJobState(jobId))) await queue.remove(jobId);
}

function positive(delayMs: number): number {
  return Math.max(0, Math.ceil(delayMs));
}

/** Promoting a job fails when its delay ended in the meantime: then nothing is left to do. */
function unlessStillDelayed(job: Job): (error: unknown) => Promise<void> {
  return async (error) => {
    if ((await job.getState()) === 'delayed') throw error;
  };
}
