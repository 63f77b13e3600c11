import type { FullSweep, Ports } from '../ports.js';

/**
 * When something was last received or read from a Jamf Pro server, epoch milliseconds; `null` when there is no
 * record of it.
 */
export interface LastActivity {
  lastWebhookAt: number | null;
  lastSweepAt: number | null;
  /** Progress of the latest sweep of the entire fleet. */
  fullSweep: Pick<FullSweep, 'startedAt' | 'computers' | 'finishedAt'> | null;
}

/**
 * Reads when the last webhook was admitted, and when the last sweep that read from Jamf Pro finished. The queue
 * keeps only a few finished sweeps for all servers together. If it keeps none of this server, the stored progress
 * of the sweeps gives the latest known time.
 */
export async function lastActivity(
  { events, cursors, finishedSweeps }: Pick<Ports, 'events' | 'cursors' | 'finishedSweeps'>,
  instance: string,
): Promise<LastActivity> {
  const [[event], full, changed, sweeps] = await Promise.all([
    events.page(instance, { limit: 1 }),
    cursors.readFull(instance),
    cursors.readChanged(instance),
    finishedSweeps(),
  ]);
  const finished = sweeps
    .filter((sweep) => sweep.instance === instance && sweep.what !== 'open')
    .map(({ finishedAt }) => finishedAt);
  const latest = Math.max(full?.finishedAt ?? 0, changed?.reportedUpTo ?? 0, ...finished);
  return {
    lastWebhookAt: event?.admittedAt ?? null,
    lastSweepAt: latest === 0 ? null : latest,
    fullSweep: full && { startedAt: full.startedAt, computers: full.computers, finishedAt: full.finishedAt },
  };
}
