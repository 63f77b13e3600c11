import { watchHashOf } from '../../domain/watched.js';
import { type FleetDeps, instanceOf } from './deps.js';
import { checkProfiles } from './sweeps/audit-profiles.js';
import { readProfiles } from './sweeps/refresh-profiles.js';

/** Maximum number of profile hints that are claimed at a time. It exceeds the number of watched profiles in practice. */
const MAX_PROFILES = 100;

/**
 * Reads and checks the watched profiles again after a webhook reported a write to a profile. If the scope or the certificate matching
 * changed, requests a full sweep. A profile that cannot be read is retried when its lease ends; its stored version stays in use.
 */
export async function rereadProfiles(deps: FleetDeps, instance: string): Promise<void> {
  // This call must precede the claim. A hint that is added from now on then schedules a new job.
  await deps.profileHints.clearScheduledJob(instance);
  const ripeAt = await deps.profileHints.nextDueAt(instance);
  if (ripeAt === null || ripeAt > deps.now()) return;
  const { settings } = instanceOf(deps, instance);
  const now = deps.now() + settings.webhooks.gather;
  const leaseMs = deps.lockMs + 4 * settings.timeout;
  const hints = await deps.profileHints.claim(instance, { now, limit: MAX_PROFILES, leaseMs });
  const before = watchHashOf((await deps.profiles.watchedProfiles(instance)).watched);
  if (hints.length === 0) return;
  // All profiles are read, because a profile check needs both the blue and the green profile.
  const { complete, read } = await readProfiles(deps, instance);
  await checkProfiles(deps, instance, read, { field: false });
  const changed = watchHashOf((await deps.profiles.watchedProfiles(instance)).watched) !== before;
  if (changed) await deps.producers.requestSweep(instance, 'full');
  // In a hint for a profile, `computerId` is the ID of the profile. A hint for a profile that is no longer watched is
  // completed as well.
  const done = hints.filter(({ computerId }) => complete || read.has(computerId));
  if (done.length > 0)
    deps.telemetry.emit('fleet.profiles-reread', {
      instance,
      profileIds: done.map(({ computerId }) => computerId),
      changed,
    });
  await deps.profileHints.done(instance, done);
}

/**
 * Returns the time at which the next hint for a Mac or a profile is due, epoch milliseconds; it may be in the
 * past. `null` if there is no hint.
 */
export async function nextAssessmentAt(
  { hints, profileHints }: Pick<FleetDeps, 'hints' | 'profileHints'>,
  instance: string,
): Promise<number | null> {
  const ripe = await Promise.all([hints.nextDueAt(instance), profileHints.nextDueAt(instance)]);
  const first = Math.min(...ripe.map((at) => at ?? Infinity));
  return first === Infinity ? null : first;
}
