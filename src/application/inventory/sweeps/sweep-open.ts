import type { WatchList } from '../../ports.js';
import { watchHashOf } from '../../../domain/watched.js';
import { isOpenFall } from '../../../domain/health/fleet-fall.js';
import { type FleetDeps, instanceOf } from '../deps.js';
import { nextAssessmentAt } from '../reread-profiles.js';
import { requestAssessment } from '../request-assessment.js';
import type { SweepOutcome } from './outcome.js';

/** Number of Macs that are reassessed together. */
const BATCH = 200;
/** Interval between full sweeps during a fall of the fleet (see `FleetFall`), as a multiple of the interval of the `changed` sweep. */
const FALLEN_INTERVALS = 4;

/**
 * Recovers lost work: hints without an `assess` job, redistributions without a job, Macs whose state changed only
 * because time passed, an interrupted full sweep, and Macs whose exclusion has ended. Calls Jamf Pro only for
 * exclusion groups.
 */
export async function sweepOpen(deps: FleetDeps, instance: string): Promise<SweepOutcome> {
  await wakeAssessWorker(deps, instance);
  await deps.restoreExcludedMacs(instance);
  const list = await deps.profiles.watchedProfiles(instance);
  const computers = await reassessByTime(deps, instance, list);
  await deps.restartLostJobs(instance);
  await resumeFull(deps, instance, list);
  return { outcome: 'done', pages: 0, computers };
}

async function wakeAssessWorker(deps: FleetDeps, instance: string): Promise<void> {
  const ripeAt = await nextAssessmentAt(deps, instance);
  if (ripeAt === null) return;
  if (ripeAt <= deps.now()) await deps.producers.wakeAssess(instance, 0);
  else await deps.producers.wakeAssessAt(instance, ripeAt);
}

/**
 * Updates Macs that became due, overdue or expired only because time passed, and queues them to be read from Jamf Pro
 * before a redistribution is opened. The hint is added before the update, so no Mac is lost if the worker is killed
 * in between.
 */
async function reassessByTime(deps: FleetDeps, instance: string, { watched }: WatchList): Promise<number> {
  let count = 0;
  for (const profile of watched) {
    while (!deps.stopping.aborted) {
      const now = deps.now();
      const ids = await deps.computers.changedByTime(instance, profile.name, { now, limit: BATCH });
      await requestAssessment(deps, instance, ids, { reason: 'sweep', ripeAt: now });
      const assessed = await deps.computers.reassess(instance, ids, { watched, now });
      count += assessed.length;
      if (assessed.length < BATCH) break;
    }
  }
  return count;
}

/** Whether a full sweep must run again because of a fall of the fleet, to find out whether Jamf Pro returns the missing Macs again. */
async function isRepeated(deps: FleetDeps, instance: string, finishedAt: number | null): Promise<boolean> {
  const { settings } = instanceOf(deps, instance);
  const isDue = deps.now() - (finishedAt ?? 0) >= FALLEN_INTERVALS * settings.sweep.changed;
  return isDue && isOpenFall(await deps.cursors.readFall(instance));
}

async function resumeFull(deps: FleetDeps, instance: string, { watched }: WatchList): Promise<void> {
  const full = await deps.cursors.readFull(instance);
  const complete =
    full !== null &&
    full.finishedAt !== null &&
    full.mark === watchHashOf(watched) &&
    !(await isRepeated(deps, instance, full.finishedAt));
  if (!complete && !(await deps.cursors.leased(instance, 'full')))
    await deps.producers.requestSweep(instance, 'full');
}
