import type { Computer } from '../../domain/computer.js';
import { JamfError } from '../../domain/jamf-error.js';
import type { EmptiedGroups, Profile } from '../../domain/profile.js';
import type { WatchedProfile } from '../../domain/watched.js';
import type { JamfClient } from '../ports.js';
import { type FleetDeps, instanceOf } from './deps.js';

type Deps = Pick<FleetDeps, 'instances' | 'jamf' | 'computers' | 'profiles' | 'telemetry' | 'now'>;

/**
 * Finds target groups of the watched profiles that no longer have members. Must be called before inventory that was
 * just read is stored. Until an empty group is confirmed, Recert treats its previous members as members. A group is
 * read only if at least one of the given Macs is stored as a member and their new inventory shows none of them as a
 * member. Returns the watched profiles that the assessment must use.
 */
export async function holdEmptiedGroups(
  deps: Deps,
  instance: string,
  { computers, watched }: { computers: readonly Computer[]; watched: readonly WatchedProfile[] },
): Promise<readonly WatchedProfile[]> {
  const isMember = (id: string) => computers.some(({ groupIds }) => groupIds.includes(id));
  const suspects = new Set(watched.flatMap(({ blue }) => blue.scope.groupIds).filter((id) => !isMember(id)));
  if (suspects.size === 0) return watched;
  const stored = await Promise.all(computers.map(({ id }) => deps.computers.get(instance, id)));
  const left = [...suspects].filter((id) => stored.some((mac) => mac?.groupIds.includes(id) === true));
  if (left.length === 0) return watched;
  const ids = await emptyOf(instanceOf(deps, instance).jamf, left);
  if (ids.length === 0) return watched;
  return Promise.all(
    watched.map(async (profile) => {
      const own = profile.blue.scope.groupIds.filter((id) => ids.includes(id));
      return own.length === 0 ? profile : { ...profile, blue: await hold(deps, profile, own) };
    }),
  );
}

async function hold(
  { profiles, telemetry, now }: Deps,
  { instance, name, blue }: WatchedProfile,
  ids: readonly string[],
): Promise<Profile> {
  // Since the profile was loaded, another job may have found the empty group, or a user may have confirmed it.
  const current = (await profiles.get(instance, blue.id)) ?? blue;
  const before = current.emptiedGroups;
  const added = ids.filter((id) => before?.ids.includes(id) !== true);
  if (added.length === 0) return current;
  const emptiedGroups: EmptiedGroups =
    before?.isAccepted === false
      ? { ...before, ids: [...before.ids, ...added] }
      : { ids: added, since: now(), isAccepted: false };
  const held = { ...current, emptiedGroups };
  await profiles.save(instance, held);
  telemetry.emit('fleet.groups-emptied', { instance, profile: name, groupIds: added });
  return held;
}

/**
 * Returns the groups in `known.emptiedGroups` that still have no members. The groups count as confirmed if the first detection
 * was at least `confirmMs` ago.
 */
export async function stillEmptied(
  jamf: JamfClient,
  known: Profile | null,
  { scope, now, confirmMs }: { scope: Profile['scope']; now: number; confirmMs: number },
): Promise<EmptiedGroups | undefined> {
  const before = known?.emptiedGroups;
  if (before === undefined) return undefined;
  const ids = await emptyOf(
    jamf,
    before.ids.filter((id) => scope.groupIds.includes(id)),
  );
  if (ids.length === 0) return undefined;
  return { ids, since: before.since, isAccepted: before.isAccepted || now - before.since >= confirmMs };
}

/**
 * Returns the groups that have no members. A group that cannot be read counts as empty, so that unconfirmed groups
 * stay on hold.
 */
async function emptyOf(jamf: JamfClient, ids: readonly string[]): Promise<readonly string[]> {
  const empty: string[] = [];
  for (const id of ids) {
    const members = await jamf.readGroup(id).catch((error: unknown) => {
      if (error instanceof JamfError) return { computerIds: [] };
      throw error;
    });
    if (members.computerIds.length === 0) empty.push(id);
  }
  return empty;
}
