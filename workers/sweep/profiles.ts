import { setTimeout } from 'node:timers/promises';
import type { WatchList } from '../../src/store/profiles.js';
import { type FleetDeps, instanceOf } from '../deps.js';

type Deps = Pick<FleetDeps, 'instances' | 'jamf' | 'profiles' | 'telemetry' | 'lockMs'>;

/** What was read so lately is not read again: workers that start together, and sweeps that begin together, read once. */
const FRESH_MS = 300_000;
const LOOK_MS = 50;

/**
 * Reads the watched profiles of an instance from Jamf, unless some process just did, and puts them together with the configuration.
 * One that cannot be read is told, and what was read of it before stays in use.
 */
export async function refreshProfiles(deps: Deps, instance: string): Promise<WatchList> {
  const { settings } = instanceOf(deps, instance);
  for (;;) {
    const claim = await deps.profiles.claimReading(instance, deps.lockMs);
    if (claim === 'fresh') break;
    if (claim === 'mine') {
      const complete = await readProfiles(deps, instance).catch(() => false);
      // Never so long that a sweep of what changed would miss a change of the profiles.
      await deps.profiles.settleReading(
        instance,
        complete ? Math.min(FRESH_MS, settings.sweep.changed / 2) : 0,
      );
      break;
    }
    await setTimeout(LOOK_MS);
  }
  return deps.profiles.watchedProfiles(instance);
}

/** Whether all of them could be read. */
async function readProfiles(deps: Deps, instance: string): Promise<boolean> {
  const { settings, jamf } = instanceOf(deps, instance);
  const ids = new Set(
    Object.values(settings.profiles).flatMap(({ overlap }) => [overlap.blue, overlap.green]),
  );
  let complete = true;
  for (const id of ids) {
    try {
      await deps.profiles.save(instance, await jamf.readProfile(id));
    } catch (error) {
      complete = false;
      deps.telemetry.emit('fleet.profile-unread', {
        instance,
        profileId: id,
        error: error instanceof Error ? error.message : String(error),
        known: (await deps.profiles.get(instance, id)) !== null,
      });
    }
  }
  return complete;
}
