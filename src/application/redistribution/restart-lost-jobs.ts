import { KEPT_MS } from '../../domain/redistribution/retention.js';
import type { Ports } from '../ports.js';
import type { RestartDeps } from './deps.js';
import { wakeFitting } from './wake-fitting.js';
import { wakeObserved } from './wake-observed.js';

const PRUNED_AT_ONCE = 500;

/**
 * Recovers the open redistributions of a Jamf Pro server: wakes those that observe mode or a too long subject no
 * longer blocks, adds a job for each one without a job, and wakes those with an unprocessed signal. Also deletes old
 * closed redistributions. Used by the `open` sweep. Returns the number of jobs that were added.
 */
export async function restartLostJobs(deps: RestartDeps, instance: string): Promise<number> {
  const { redistributions, producers, telemetry, now } = deps;
  await redistributions.reindexOnce(instance);
  await wakeObserved(deps, instance);
  await wakeFitting(deps, instance);
  let jobs = 0;
  let woken = 0;
  let cursor = '0';
  do {
    const page = await redistributions.openIds(instance, cursor);
    cursor = page.cursor;
    const live = await producers.withLiveJob(page.ids);
    const lost = page.ids.filter((id) => !live.has(id));
    for (const id of lost) await producers.startRedistribution(instance, id);
    jobs += lost.length;
    for (const id of live) {
      // The signal is still stored if a worker was killed between delaying its job and checking for a signal.
      if (!(await redistributions.hasSignal(instance, id))) continue;
      await producers.promoteRedistribution(instance, id);
      woken += 1;
    }
  } while (cursor !== '0');
  const pruned = await redistributions.prune(instance, now() - KEPT_MS, PRUNED_AT_ONCE);
  if (jobs + woken > 0) telemetry.emit('redistribution.restarted', { instance, jobs, woken, pruned });
  return jobs;
}

/** Adds a job for every open batch that has none. Used by the `open` sweep. */
export async function restartLostBatches(
  {
    batches,
    producers,
  }: { batches: Pick<Ports['batches'], 'openIds'>; producers: Pick<Ports['producers'], 'startBatch'> },
  instance: string,
): Promise<void> {
  for (const id of await batches.openIds(instance)) await producers.startBatch(instance, id);
}
