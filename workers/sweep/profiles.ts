import type { WatchList } from '../../src/store/profiles.js';
import { type FleetDeps, instanceOf } from '../deps.js';

/**
 * Reads the watched profiles of an instance from Jamf and puts them together with the configuration. One that cannot be read is told,
 * and what was read of it before stays in use.
 */
export async function refreshProfiles(
  deps: Pick<FleetDeps, 'instances' | 'jamf' | 'profiles' | 'telemetry'>,
  instance: string,
): Promise<WatchList> {
  const { settings, jamf } = instanceOf(deps, instance);
  const ids = new Set(
    Object.values(settings.profiles).flatMap(({ overlap }) => [overlap.blue, overlap.green]),
  );
  for (const id of ids) {
    try {
      await deps.profiles.save(instance, await jamf.readProfile(id));
    } catch (error) {
      deps.telemetry.emit('fleet.profile-unread', {
        instance,
        profileId: id,
        error: error instanceof Error ? error.message : String(error),
        known: (await deps.profiles.get(instance, id)) !== null,
      });
    }
  }
  return deps.profiles.watchedProfiles(instance);
}
