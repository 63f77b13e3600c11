import { z } from 'zod';
import type { Queues } from './queues.js';

/** A sweep that read everything that it had to read from Jamf Pro. */
export interface FinishedSweep {
  instance: string;
  what: string;
  /** Epoch milliseconds. */
  finishedAt: number;
}

const sweepResult = z.object({ outcome: z.string() });

/** Number of finished sweeps that the queue keeps. */
const KEPT = 50;

/**
 * Reads the latest finished sweeps. Leaves out sweeps that read nothing because the same sweep was already running or
 * no profile is watched.
 */
export async function finishedSweeps({ sweep }: Pick<Queues, 'sweep'>): Promise<readonly FinishedSweep[]> {
  const jobs = await sweep.getCompleted(0, KEPT - 1);
  return jobs
    .filter(({ returnvalue }) => sweepResult.safeParse(returnvalue).data?.outcome === 'done')
    .map(({ data: { instance, what }, finishedOn }) => ({ instance, what, finishedAt: finishedOn ?? 0 }));
}
