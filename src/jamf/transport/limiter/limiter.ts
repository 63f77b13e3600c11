import PQueue from 'p-queue';

/** Runs work within a concurrency limit. See `queueLimiter` for one process and `sharedLimiter` for several. */
export type Limiter = <T>(work: () => Promise<T>) => Promise<T>;

/** Creates a limiter for this process: at most `most` tasks at the same time, in order of arrival. */
export function queueLimiter(most: number): Limiter {
  const queue = new PQueue({ concurrency: most });
  return (work) => queue.add(work);
}
