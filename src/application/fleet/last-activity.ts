import type { FullSweep, Ports } from '../ports.js';

/** Last activity of an instance; `null` when there is none on record. */
export interface LastActivity {
  lastWebhookAt: number | null;
  lastSweepAt: number | null;
  /** Progress of the latest full sweep. */
  fullSweep: Pick<FullSweep, 'startedAt' | 'computers' | 'finishedAt'> | null;
}

/**
 * Reads when the last webhook was admitted and when the last sweep that read Jamf Pro finished. The queue keeps few finished sweeps for
 * all servers together: when it keeps none of this server, the cursors of the sweeps give the latest known instant.
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
    fullSweep: full,
  };
}
