import { setTimeout } from 'node:timers/promises';

/** Maximum pause between two pages, milliseconds. */
const MAX_PAUSE_MS = 5_000;

/**
 * Waits for as long as reading the last page took. A sweep therefore uses a connection for at most half of the time,
 * even if Jamf Pro is slow. Returns immediately when the process stops.
 */
export async function pauseBetweenPages(tookMs: number, stopping: AbortSignal): Promise<void> {
  await setTimeout(Math.min(Math.max(0, tookMs), MAX_PAUSE_MS), undefined, { signal: stopping }).catch(
    () => undefined,
  );
}
