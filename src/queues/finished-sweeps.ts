import { z } from 'zod';
import type { Queues } from './queues.js';

/** A sweep that has read everything that it had to read from Jamf Pro. */
export interface FinishedSweep {
  instance: string;
  what: string;
  /** Epoch milliseconds. */
  finishedAt: number;
}

const sweepResult = z.object({ outcome: z.string() });

/** The queue keeps this number of finished sweeps. */
const KEPT = 50;

/**
 * Reads the latest finished sweeps. A sweep that read nothing is not included: another sweep of the same type was
 * running, or no profile is watched.
 */
export async function finishedSweeps({ sweep }: Pick<Queues, 'sweep'>): Promise<readonly FinishedSweep[]> {
  const jobs = await sweep.getCompleted(0, KEPT - 1);
  return jobs
    .filter(({ returnvalue }) => sweepResult.safeParse(returnvalue).data?.outcome === 'done')
    .map(({ data: { instance, what }, finishedOn }) => ({ instance, what, finishedAt: finishedOn ?? 0 }));
}
