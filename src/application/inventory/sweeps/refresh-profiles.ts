import { setTimeout } from 'node:timers/promises';
import { profileIdsOf } from '../../../config/sections/profile.js';
import type { ProfileDetails } from '../../../domain/profile.js';
import { withKnownScope } from '../../../domain/scope.js';
import { profilesOf } from '../../../domain/watched.js';
import type { WatchList } from '../../ports.js';
import { type FleetDeps, instanceOf } from '../deps.js';
import { stillEmptied } from '../emptied-groups.js';
import { checkProfiles, type ProfileCheckDeps } from './audit-profiles.js';
import { JamfError } from '../../../domain/jamf-error.js';
import { messageOf } from '../../../process/error-message.js';

type Deps = Pick<
  FleetDeps,
  'instances' | 'jamf' | 'lockMs' | 'watchGroups' | 'oktaStates' | 'profiles' | 'telemetry'
> &
  ProfileCheckDeps;

/**
 * Profiles that were read within this time are not read again, milliseconds. Workers or sweeps that start together
 * then read the profiles only once.
 */
const FRESH_MS = 300_000;
const POLL_MS = 50;

/**
 * Returns the watched profiles of a Jamf Pro server with their configuration. Reads and checks them first, unless
 * another process has just read them. A profile that cannot be read is reported, and its stored version stays in use.
 */
export async function refreshProfiles(deps: Deps, instance: string): Promise<WatchList> {
  const { settings } = instanceOf(deps, instance);
  for (;;) {
    const claim = await deps.profiles.claimReading(instance, deps.lockMs);
    if (claim === 'fresh') {
      const list = await deps.profiles.watchedProfiles(instance);
      if (list.missing.length === 0) return list;
      // A profile was added to the configuration after the last read, or a failover of Redis lost the stored profile.
      await deps.profiles.settleReading(instance, 0);
      continue;
    }
    if (claim === 'mine') {
      const { complete, read } = await readProfiles(deps, instance).catch(() => NOTHING_READ);
      // The time is shorter than the interval of the `changed` sweep, so the next sweep reads the profiles again.
      await deps.profiles.settleReading(
        instance,
        complete ? Math.min(FRESH_MS, settings.sweep.changed / 2) : 0,
      );
      await deps.watchGroups(instance);
      // The check runs after the claim is released, because it may read all Macs.
      await checkProfiles(deps, instance, read, { field: false });
      break;
    }
    await setTimeout(POLL_MS);
  }
  return deps.profiles.watchedProfiles(instance);
}

/** Profiles that were read, by ID. `complete` is true if every watched profile could be read. */
interface Reading {
  complete: boolean;
  read: ReadonlyMap<string, ProfileDetails>;
}

const NOTHING_READ: Reading = { complete: false, read: new Map() };

/**
 * Reads and stores the watched profiles of a Jamf Pro server, even if they were just read. A profile that cannot
 * be read is reported.
 */
export async function readProfiles(
  deps: Pick<FleetDeps, 'instances' | 'jamf' | 'profiles' | 'oktaStates' | 'telemetry' | 'now'>,
  instance: string,
): Promise<Reading> {
  const { settings, jamf } = instanceOf(deps, instance);
  const ids = new Set(Object.values(settings.profiles).flatMap(profileIdsOf));
  const blues = new Set(Object.values(settings.profiles).map(({ profile }) => profile));
  let complete = true;
  const read = new Map<string, ProfileDetails>();
  for (const id of ids) {
    try {
      const details = await jamf.readProfile(id);
      const known = blues.has(id) ? await deps.profiles.get(instance, id) : null;
      const confirmMs = settings.sweep.fall.confirm;
      const [now, { scope }] = [deps.now(), details];
      const emptiedGroups = await stillEmptied(jamf, known, { scope, now, confirmMs });
      const current = withKnownScope(known, details, { now, confirmMs });
      await deps.profiles.save(instance, { ...current, emptiedGroups });
      const { url = '', challengeSeal: seal } = details.scep?.[0] ?? {};
      if (settings.okta && seal !== undefined)
        await deps.oktaStates.noteSecret(instance, id, { url, seal, since: now });
      read.set(id, details);
    } catch (error) {
      complete = false;
      if (error instanceof JamfError && error.status === 404) await deps.profiles.noteGone(instance, id);
      deps.telemetry.emit('fleet.profile-unread', {
        instance,
        profileId: id,
        error: messageOf(error),
        known: (await deps.profiles.get(instance, id)) !== null,
      });
    }
  }
  return { complete, read };
}

/**
 * Checks the profiles against all Macs and the CA after a full sweep. Reads the profiles again, because this process
 * does not have them if another process read them when the sweep started. A profile that cannot be read keeps its
 * previous result.
 */
export async function auditWithFleet(
  deps: Deps,
  instance: string,
  watched: WatchList['watched'],
): Promise<void> {
  const { jamf } = instanceOf(deps, instance);
  const read = new Map<string, ProfileDetails>();
  for (const { id } of watched.flatMap(profilesOf)) {
    const details = await jamf.readProfile(id).catch(() => null);
    if (details) read.set(id, details);
  }
  await checkProfiles(deps, instance, read, { field: true });
}
