import type { WatchedProfile } from '../../../domain/watched.js';
import { type FleetDeps, instanceOf } from '../deps.js';

/**
 * Starts a cool-down if the version of the Jamf Pro server has changed since the last sweep, because an upgrade
 * may change how profiles are sent.
 */
export async function watchVersion(deps: FleetDeps, instance: string): Promise<void> {
  const version = await instanceOf(deps, instance).jamf.version();
  if (!(await deps.limits.noteVersion(instance, version))) return;
  await deps.limits.noteJamf(instance, 'version', deps.now());
  deps.telemetry.emit('redistribution.held', {
    instance,
    text: `the Jamf Pro version changed to ${version}; renewals are on hold (cool-down)`,
  });
}

/**
 * Stores the daily numbers of Macs of each watched profile. The circuit breaker opens if many more Macs are due
 * than the day before, or if the certificate status of many more Macs is unknown.
 */
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
