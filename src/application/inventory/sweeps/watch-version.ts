import type { WatchedProfile } from '../../../domain/watched.js';
import { type FleetDeps, instanceOf } from '../deps.js';

/** Holds redistributions when the server has another version than at the last sweep: an upgrade may have changed how profiles go out. */
export async function watchVersion(deps: FleetDeps, instance: string): Promise<void> {
  const version = await instanceOf(deps, instance).jamf.version();
  if (!(await deps.limits.noteVersion(instance, version))) return;
  await deps.limits.noteJamf(instance, 'version', deps.now());
  deps.telemetry.emit('redistribution.held', {
    instance,
    text: `Jamf Pro has another version now (${version}): no redistribution begins for a while`,
  });
}

/** Once a day: opens the breaker when far more Macs are due than the day before, or far fewer can be judged. */
export async function countFleet(
  deps: FleetDeps,
  instance: string,
  watched: readonly WatchedProfile[],
): Promise<void> {
  for (const { name: profile } of watched) {
    const { healthy, due, overdue, expired, unknown } = await deps.computers.countStates(instance, profile);
    const count = {
      at: deps.now(),
      inScope: healthy + due + overdue + expired + unknown,
      due: due + overdue + expired,
      unknown,
    };
    await deps.limits.noteFleet(instance, profile, count);
  }
}
