import { type FleetDeps, instanceOf } from '../deps.js';

/**
 * Starts a cool-down if the version of the Jamf Pro server has changed since the last sweep, because an upgrade may
 * change how Jamf Pro sends profiles.
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
