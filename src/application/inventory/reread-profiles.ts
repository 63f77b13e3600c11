import { markOf } from '../../domain/watched.js';
import { type FleetDeps, instanceOf } from './deps.js';
import { auditProfiles } from './sweeps/audit-profiles.js';
import { readProfiles } from './sweeps/refresh-profiles.js';

/** More profiles than anybody watches. */
const MOST = 100;

/**
 * Reads and profileAudits the watched profiles again when a webhook told that somebody wrote one of them. When that changes who is in scope or which
 * certificates match, the whole fleet is read and assessed anew. One that cannot be read now is tried again when its lease ends; what
 * was read of it before stays in use.
 */
export async function rereadProfiles(deps: FleetDeps, instance: string): Promise<void> {
  // Before the claim: what is heard from now on makes a job of its own.
  await deps.profileHints.slept(instance);
  const ripeAt = await deps.profileHints.nextRipe(instance);
  if (ripeAt === null || ripeAt > deps.now()) return;
  const { settings } = instanceOf(deps, instance);
  const now = deps.now() + settings.webhooks.gather;
  const leaseMs = deps.lockMs + 4 * settings.timeout;
  const hints = await deps.profileHints.claim(instance, { now, limit: MOST, leaseMs });
  const before = markOf((await deps.profiles.watchedProfiles(instance)).watched);
  if (hints.length === 0) return;
  // All of them: an audit looks at both halves of a watched profile.
  const { complete, read } = await readProfiles(deps, instance);
  await auditProfiles(deps, instance, read, { field: false });
  const changed = markOf((await deps.profiles.watchedProfiles(instance)).watched) !== before;
  if (changed) await deps.producers.requestSweep(instance, 'full');
  // A hint for a profile carries its id where that of a Mac carries the computer's. One that is no longer watched is done with.
  const done = hints.filter(({ computerId }) => complete || read.has(computerId));
  if (done.length > 0)
    deps.telemetry.emit('fleet.profiles-reread', {
      instance,
      profileIds: done.map(({ computerId }) => computerId),
      changed,
    });
  await deps.profileHints.done(instance, done);
}

/** When the next look at a Mac or a profile is due: may be past, `null` when none is. */
export async function nextLook(
  { hints, profileHints }: Pick<FleetDeps, 'hints' | 'profileHints'>,
  instance: string,
): Promise<number | null> {
  const ripe = await Promise.all([hints.nextRipe(instance), profileHints.nextRipe(instance)]);
  const first = Math.min(...ripe.map((at) => at ?? Infinity));
  return first === Infinity ? null : first;
}
