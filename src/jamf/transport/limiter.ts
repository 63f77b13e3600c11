import PQueue from 'p-queue';

/** Runs work when there is room for it. A limit over several processes can be given in place of the default. */
export type Limiter = <T>(work: () => Promise<T>) => Promise<T>;

/** At most so many at the same time in this process, first come, first served. */
export function queueLimiter(most: number): Limiter {
  const queue = new PQueue({ concurrency: most });
  return (work) => queue.add(work);
}
