import type { Queues } from '../queues/queues.js';
import type { CursorStore } from '../store/cursors.js';
import type { EventLog } from '../store/events.js';

/** When something was last heard of an instance; `null`: never, as far as is known. */
export interface SignsOfLife {
  lastWebhookAt: number | null;
  lastSweepAt: number | null;
}

/** How many finished sweeps are looked through: as many as the queue keeps. */
const KEPT = 50;

/** Reads when the last webhook was admitted and when the last sweep that read Jamf was finished. */
export async function signsOfLife(
  instance: string,
  { events, cursors, queues }: { events: EventLog; cursors: CursorStore; queues: Queues },
): Promise<SignsOfLife> {
  const [[event], full, jobs] = await Promise.all([
    events.page(instance, { limit: 1 }),
    cursors.readFull(instance),
    queues.sweep.getCompleted(0, KEPT - 1),
  ]);
  const finished = jobs
    .filter(({ data }) => data.instance === instance && data.what !== 'open')
    .map(({ finishedOn }) => finishedOn ?? 0);
  const latest = Math.max(full?.finishedAt ?? 0, ...finished);
  return { lastWebhookAt: event?.admittedAt ?? null, lastSweepAt: latest === 0 ? null : latest };
}
