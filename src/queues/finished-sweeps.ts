import { z } from 'zod';
import type { Queues } from './queues.js';

/** A sweep that has read Jamf Pro to its end. */
export interface FinishedSweep {
  instance: string;
  what: string;
  /** Milliseconds since the epoch. */
  finishedAt: number;
}

const sweepResult = z.object({ outcome: z.string() });

/** As many finished sweeps as the queue keeps. */
const KEPT = 50;

/** Reads the latest finished sweeps. A sweep that found another one running, or nothing to watch, read nothing and does not count. */
export async function finishedSweeps({ sweep }: Pick<Queues, 'sweep'>): Promise<readonly FinishedSweep[]> {
  const jobs = await sweep.getCompleted(0, KEPT - 1);
  return jobs
    .filter(({ returnvalue }) => sweepResult.safeParse(returnvalue).data?.outcome === 'done')
    .map(({ data: { instance, what }, finishedOn }) => ({ instance, what, finishedAt: finishedOn ?? 0 }));
}
