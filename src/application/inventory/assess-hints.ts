import type { WatchedProfile } from '../../domain/watched.js';
import type { Hint } from '../ports.js';
import { type FleetDeps, instanceOf } from './deps.js';
import { nextLook, rereadProfiles } from './reread-profiles.js';
import { refreshProfiles } from './sweeps/refresh-profiles.js';
import { retireMissing, takeIn } from './ingest-computers.js';

/** Most Macs in one call: a page of inventory with certificates, and a filter that still fits into a URL. */
const MOST = 100;

/**
 * Reads the profiles again that somebody wrote, then looks at every Mac whose hint is ripe, up to a hundred with one call to Jamf, until
 * none is; then makes the job for the next ones.
 * Returns how many Macs it looked at.
 *
 * @throws what the call threw: the hints stay claimed until their lease ends, and are then taken up again.
 */
export async function assessHints(deps: FleetDeps, instance: string): Promise<number> {
  // Before the first claim: what is heard from now on makes a job of its own.
  await deps.hints.slept(instance);
  const { settings } = instanceOf(deps, instance);
  const limit = Math.min(MOST, settings.pageSize);
  const leaseMs = deps.lockMs + 4 * settings.timeout;
  let looked = 0;
  try {
    await rereadProfiles(deps, instance);
    while (!deps.stopping.aborted && (await isRipe(deps, instance))) {
      // The first has waited its time: those that came after it go along, else each would be read by itself when its own is over.
      const horizon = deps.now() + settings.webhooks.gather;
      const hints = await deps.hints.claim(instance, { now: horizon, limit, leaseMs });
      if (hints.length === 0) break;
      await look(deps, instance, hints);
      looked += hints.length;
    }
  } finally {
    await wakeForNext(deps, instance);
  }
  return looked;
}

/** A job that its clock woke a moment too early must not ask for the job of that instant: it is that job, and would be the last. */
async function wakeForNext(deps: FleetDeps, instance: string): Promise<void> {
  const ripeAt = await nextLook(deps, instance);
  if (ripeAt === null) return;
  const waitMs = ripeAt - deps.now();
  if (waitMs < 1_000) await deps.producers.wakeAssess(instance, waitMs);
  else await deps.producers.wakeAssessAt(instance, ripeAt);
}

async function isRipe(deps: FleetDeps, instance: string): Promise<boolean> {
  const ripeAt = await deps.hints.nextRipe(instance);
  return ripeAt !== null && ripeAt <= deps.now();
}

/** One call for all of them. */
async function look(deps: FleetDeps, instance: string, hints: readonly Hint[]): Promise<void> {
  const { jamf } = instanceOf(deps, instance);
  const watched = await watchedNow(deps, instance);
  const ids = hints.map(({ computerId }) => computerId);
  const readAt = deps.now();
  const computers = await jamf.readComputers(ids).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    deps.telemetry.emit('fleet.unread', { instance, computers: ids.length, error: message });
    throw error;
  });
  const failed = await takeIn(deps, instance, { computers, watched, readAt });
  const found = new Set(computers.map(({ id }) => id));
  await retireMissing(deps, instance, { ids: ids.filter((id) => !found.has(id)), watched, readAt });
  // The others become ripe again when their lease ends.
  await deps.hints.done(
    instance,
    hints.filter(({ computerId }) => !failed.has(computerId)),
  );
}

/** What nobody has read from Jamf yet is read now. @throws Error while there is nothing by which to judge a Mac. */
async function watchedNow(deps: FleetDeps, instance: string): Promise<readonly WatchedProfile[]> {
  const cached = await deps.profiles.watchedProfiles(instance);
  const list = cached.watched.length > 0 ? cached : await refreshProfiles(deps, instance);
  if (list.watched.length === 0)
    throw new Error(`${instance}: no watched profile could be read from Jamf yet`);
  return list.watched;
}
