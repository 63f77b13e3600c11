import type { FullSweep, Ports } from '../ports.js';

/** The last webhook and the last sweep of a Jamf Pro server; `null` when none is known. */
export interface LastActivity {
  lastWebhookAt: number | null;
  lastSweepAt: number | null;
  /** How far the latest sweep of the whole fleet is. */
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
