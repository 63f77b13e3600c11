import type { WatchedProfile } from '../../domain/watched.js';
import type { Hint } from '../ports.js';
import { type FleetDeps, instanceOf } from './deps.js';
import { nextAssessmentAt, rereadProfiles } from './reread-profiles.js';
import { refreshProfiles } from './sweeps/refresh-profiles.js';
import { retireMissing, ingestComputers, setAside } from './ingest-computers.js';
import { messageOf } from '../../process/error-message.js';

/**
 * Maximum number of Macs in one inventory call. The size of the response and the length of the URL with the filter
 * limit this number.
 */
const MAX_MACS_PER_CALL = 100;

/**
 * Processes the assessment backlog of a Jamf Pro server: reads changed profiles again, assesses all Macs whose
 * hints are due, up to a hundred per call to Jamf Pro, and schedules the job for the next hints. Returns the
 * number of assessed Macs.
 * @throws the error of the call to Jamf Pro. The hints stay claimed and become due again when their lease ends.
 */
export async function assessHints(deps: FleetDeps, instance: string): Promise<number> {
  // This call must precede the first claim. A hint that is added from now on then schedules a new job.
  await deps.hints.clearScheduledJob(instance);
  const { settings } = instanceOf(deps, instance);
  const limit = Math.min(MAX_MACS_PER_CALL, settings.pageSize);
  const leaseMs = deps.lockMs + 4 * settings.timeout;
  let assessed = 0;
  try {
    await rereadProfiles(deps, instance);
    while (!deps.stopping.aborted && (await hasDueHint(deps, instance))) {
      // Hints that become due within the next `webhooks.gather` milliseconds are also claimed, so that one call reads
      // all of these Macs.
      const horizon = deps.now() + settings.webhooks.gather;
      const hints = await deps.hints.claim(instance, { now: horizon, limit, leaseMs });
      if (hints.length === 0) break;
      await assessBatch(deps, instance, hints);
      assessed += hints.length;
    }
  } finally {
    await scheduleNextJob(deps, instance);
  }
  return assessed;
}

/**
 * Schedules the job for the next hint. If the hint is due within a second, the job ID must not be derived from the
 * time: the current job may have started slightly early and have the same ID, and BullMQ would then ignore the new
 * job.
 */
async function scheduleNextJob(deps: FleetDeps, instance: string): Promise<void> {
  const ripeAt = await nextAssessmentAt(deps, instance);
  if (ripeAt === null) return;
  const waitMs = ripeAt - deps.now();
  if (waitMs < 1_000) await deps.producers.wakeAssess(instance, waitMs);
  else await deps.producers.wakeAssessAt(instance, ripeAt);
}

async function hasDueHint(deps: FleetDeps, instance: string): Promise<boolean> {
  const ripeAt = await deps.hints.nextDueAt(instance);
  return ripeAt !== null && ripeAt <= deps.now();
}

/** Reads and assesses the Macs of these hints with one call to Jamf Pro. */
async function assessBatch(deps: FleetDeps, instance: string, hints: readonly Hint[]): Promise<void> {
  const { jamf } = instanceOf(deps, instance);
  const watched = await watchedNow(deps, instance);
  const ids = hints.map(({ computerId }) => computerId);
  const readAt = deps.now();
  const unread = new Set<string>();
  const computers = await jamf
    .readComputers(ids, (id) => unread.add(id))
    .catch((error: unknown) => {
      deps.telemetry.emit('fleet.unread', { instance, computers: ids.length, error: messageOf(error) });
      throw error;
    });
  const { failed } = await ingestComputers(deps, instance, { computers, watched, readAt });
  const kept = new Set([...unread, ...computers.map(({ id }) => id)]);
  await retireMissing(deps, instance, { ids: ids.filter((id) => !kept.has(id)), watched, readAt });
  // The hints of Macs that failed are not completed. They become due again when their lease ends.
  await deps.hints.done(
    instance,
    hints.filter(({ computerId }) => !failed.has(computerId)),
  );
  await setAside(deps, instance, unread);
}

/** Returns the watched profiles. If none is stored, reads them from Jamf Pro. @throws Error if no profile can be read. */
async function watchedNow(deps: FleetDeps, instance: string): Promise<readonly WatchedProfile[]> {
  const cached = await deps.profiles.watchedProfiles(instance);
  const list = cached.watched.length > 0 ? cached : await refreshProfiles(deps, instance);
  if (list.watched.length === 0)
    throw new Error(`${instance}: no watched profile has been read from Jamf Pro yet`);
  return list.watched;
}
