import type { FullSweep, Ports } from '../ports.js';

/** Times of the latest webhook and the latest sweep of a Jamf Pro server, epoch milliseconds; `null` if none is recorded. */
export interface LastActivity {
  lastWebhookAt: number | null;
  lastSweepAt: number | null;
  /** Progress of the latest sweep of the entire fleet. */
  fullSweep: Pick<FullSweep, 'startedAt' | 'computers' | 'finishedAt'> | null;
}

/**
 * Reads when the last webhook was admitted, and when the last sweep that read from Jamf Pro finished. The queue keeps
 * only the latest finished sweeps of all servers together. If none of them belongs to this server, the time comes
 * from the stored progress of its sweeps.
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
