import { z } from 'zod';
import type { Queues } from '../../queues/queues.js';
import type { CursorStore, FullSweep } from '../../store/cursors/cursors.js';
import type { EventLog } from '../../store/admission/event-log.js';

/** When something was last heard of an instance; `null`: never, as far as is known. */
export interface SignsOfLife {
  lastWebhookAt: number | null;
  lastSweepAt: number | null;
  /** How far the latest sweep of the whole fleet is. */
  fullSweep: Pick<FullSweep, 'startedAt' | 'computers' | 'finishedAt'> | null;
}

const sweepResult = z.object({ outcome: z.string() });

/** How many finished sweeps are looked through: as many as the queue keeps. */
const KEPT = 50;

/**
 * Reads when the last webhook was admitted and when the last sweep that read Jamf was finished. The queue keeps few finished sweeps, for
 * all instances together: when none of them is ours, the latest report that a finished sweep has read is the least that can be said.
 */
export async function signsOfLife(
  instance: string,
  { events, cursors, queues }: { events: EventLog; cursors: CursorStore; queues: Queues },
): Promise<SignsOfLife> {
  const [[event], full, changed, jobs] = await Promise.all([
    events.page(instance, { limit: 1 }),
    cursors.readFull(instance),
    cursors.readChanged(instance),
    queues.sweep.getCompleted(0, KEPT - 1),
  ]);
  const finished = jobs
    .filter(
      ({ data, returnvalue }) => data.instance === instance && data.what !== 'open' && isDone(returnvalue),
    )
    .map(({ finishedOn }) => finishedOn ?? 0);
  const latest = Math.max(full?.finishedAt ?? 0, changed?.reportedUpTo ?? 0, ...finished);
  return {
    lastWebhookAt: event?.admittedAt ?? null,
    lastSweepAt: latest === 0 ? null : latest,
    fullSweep: full,
  };
}

/** A sweep that found another one at it, or nothing to watch, has read nothing. */
function isDone(returned: unknown): boolean {
  return sweepResult.safeParse(returned).data?.outcome === 'done';
}
