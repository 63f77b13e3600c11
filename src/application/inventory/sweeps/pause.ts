import { setTimeout } from 'node:timers/promises';

/** Longest rest between two pages. */
const MOST_MS = 5_000;

/**
 * Rests for as long as the last page took: a sweep then has Jamf busy half of the time, with one connection, however slow Jamf is. Ends
 * at once when the process is to stop.
 */
export async function rest(tookMs: number, stopping: AbortSignal): Promise<void> {
  await setTimeout(Math.min(Math.max(0, tookMs), MOST_MS), undefined, { signal: stopping }).catch(
    () => undefined,
  );
}
