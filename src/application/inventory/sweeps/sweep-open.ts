import type { WatchList } from '../../ports.js';
import { markOf } from '../../../domain/watched.js';
import type { FleetDeps } from '../deps.js';
import { nextLook } from '../reread-profiles.js';
import { askFor } from '../ingest-computers.js';
import type { SweepOutcome } from './outcome.js';

/** Macs assessed again in one go. */
const BATCH = 200;

/**
 * Picks up what was dropped, with no call to Jamf but for exclusion groups: hints that nobody was woken for, redistributions without a job, Macs that time alone
 * has brought into another state, a sweep of the whole fleet that was begun and is not being done, Macs that should be out of an exclusion group.
 */
export async function sweepOpen(deps: FleetDeps, instance: string): Promise<SweepOutcome> {
  await wakeForHints(deps, instance);
  await deps.keepLeases(instance);
  const list = await deps.profiles.watchedProfiles(instance);
  const computers = await passTime(deps, instance, list);
  await deps.restartLostJobs(instance);
  await resumeFull(deps, instance, list);
  return { outcome: 'done', pages: 0, computers };
}

async function wakeForHints(deps: FleetDeps, instance: string): Promise<void> {
  const ripeAt = await nextLook(deps, instance);
  if (ripeAt === null) return;
  if (ripeAt <= deps.now()) await deps.producers.wakeAssess(instance, 0);
  else await deps.producers.wakeAssessAt(instance, ripeAt);
}

/**
 * Macs that became due (or overdue, or expired) by themselves: their state is put right at once, and they are read from Jamf before
 * anything is done about them. The hint comes first: a worker that dies in between leaves them to be found again.
 */
async function passTime(deps: FleetDeps, instance: string, { watched }: WatchList): Promise<number> {
  let count = 0;
  for (const profile of watched) {
    while (!deps.stopping.aborted) {
      const now = deps.now();
      const ids = await deps.computers.changedByTime(instance, profile.name, { now, limit: BATCH });
      await askFor(deps, instance, ids, { reason: 'sweep', ripeAt: now });
      const assessed = await deps.computers.reassess(instance, ids, { watched, now });
      count += assessed.length;
      if (assessed.length < BATCH) break;
    }
  }
  return count;
}

async function resumeFull(deps: FleetDeps, instance: string, { watched }: WatchList): Promise<void> {
  const full = await deps.cursors.readFull(instance);
  const complete = full !== null && full.finishedAt !== null && full.mark === markOf(watched);
  if (!complete && !(await deps.cursors.leased(instance, 'full')))
    await deps.producers.requestSweep(instance, 'full');
}
