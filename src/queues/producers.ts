import type { SweepPayload } from './payloads.js';

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
  /** A sweep outside its schedule; one that waits or runs already for the same is enough. */
  requestSweep(instance: string, what: SweepPayload['what']): Promise<void>;
  /** Which of these redistributions have a job that is waiting, delayed or being worked on. */
  withLiveJob(redistributionIds: readonly string[]): Promise<ReadonlySet<string>>;
}
