import type { Computer } from './computer.js';
import type { Profile, ScopeTargets } from './profile.js';
import { profilesOf, type WatchedProfile } from './watched.js';

/** The fields of a Mac that decide whether a scope includes it. */
export type ScopeFacts = Pick<Computer, 'id' | 'groupIds' | 'department' | 'building'>;

/**
 * Whether a Mac is in the scope of a profile: a target includes it and no exclusion does. Limitations by user or
 * network segment are ignored, because Jamf Pro applies them on the Mac. Other code checks whether the Mac is
 * managed, MDM-capable and online.
 */
export function inProfileScope(scope: Profile['scope'], computer: ScopeFacts): boolean {
  return isTarget(scope, computer) && !includes(scope.exclusions, computer);
}

function isTarget(scope: Profile['scope'], computer: ScopeFacts): boolean {
  return scope.allComputers || includes(scope, computer);
}

/**
 * Whether a Mac is in scope of a watched profile: it is in the scope of blue when the exclusion groups that Recert manages are ignored. A
 * Mac that has moved to green (excluded from blue by `leaveBlue`), or that `cycle` currently excludes, is therefore still in scope.
 */
export function inScope(
  { blue, policy }: Pick<WatchedProfile, 'blue' | 'policy'>,
  computer: ScopeFacts,
): boolean {
  const { scope } = blue;
  const ours: readonly (string | undefined)[] = [policy.overlap?.leaveBlue, policy.cycle?.exclude];
  return isTarget(scope, computer) && !includes(scope.exclusions, computer, ours);
}

/** Whether the scope of one of the two profiles would include the Mac if it were in these groups. */
export function inScopeOfEither(
  { blue, green }: Pick<WatchedProfile, 'blue' | 'green'>,
  { id, department, building }: ScopeFacts,
  groupIds: readonly string[],
): boolean {
  const mac = { id, groupIds, department, building };
  return inProfileScope(blue.scope, mac) || (green !== null && inProfileScope(green.scope, mac));
}

/**
 * Returns the IDs of all groups that the scopes of these profiles name, including the groups of Recert.
 * Memberships in other groups are not stored.
 */
export function groupsThatMatter(watched: readonly WatchedProfile[]): ReadonlySet<string> {
  const groups = new Set<string>();
  for (const { blue, green, policy } of watched) {
    if (policy.overlap !== undefined) groups.add(policy.overlap.joinGreen).add(policy.overlap.leaveBlue);
    if (policy.cycle !== undefined) groups.add(policy.cycle.exclude);
    for (const { scope } of profilesOf({ blue, green })) {
      for (const id of scope.groupIds) groups.add(id);
      for (const id of scope.exclusions.groupIds) groups.add(id);
    }
  }
  return groups;
}

const NO_TARGETS: ScopeTargets = { computerIds: [], groupIds: [], departments: [], buildings: [] };

/**
 * Returns the profile that was read, with the scope to use. A scope without targets would end the open redistributions of the whole
 * fleet. The last known scope therefore stays in use until a read at least `confirmMs` later still shows no targets.
 */
export function withKnownScope<Read extends Profile>(
  known: Profile | null,
  read: Read,
  { now, confirmMs }: { now: number; confirmMs: number },
): Read {
  if (known === null || hasTargets(read.scope) || !hasTargets(known.scope)) return read;
  const since = known.scopeEmptySince ?? now;
  return now - since >= confirmMs ? read : { ...read, scope: known.scope, scopeEmptySince: since };
}

/**
 * Returns when Recert found that the scope has no targets any more, or that target groups have lost all members; `null` when there is no
 * such change to confirm.
 */
export function scopeEmptiedAt({ scopeEmptySince, emptiedGroups }: Profile): number | null {
  return scopeEmptySince ?? (emptiedGroups?.isAccepted === false ? emptiedGroups.since : null);
}

/** Returns the profile with its empty scope or empty groups, after a person confirmed them. */
export function withEmptyScope({ scopeEmptySince, ...profile }: Profile): Profile {
  const { scope, emptiedGroups } = profile;
  return {
    ...profile,
    ...(emptiedGroups === undefined ? {} : { emptiedGroups: { ...emptiedGroups, isAccepted: true } }),
    scope: scopeEmptySince === undefined ? scope : { ...scope, ...NO_TARGETS, allComputers: false },
  };
}

/** Returns the groups that have lost all members without a confirmation. Their stored memberships are kept. */
export function heldGroups(watched: readonly Pick<WatchedProfile, 'blue'>[]): ReadonlySet<string> {
  return new Set(
    watched.flatMap(({ blue }) => (blue.emptiedGroups?.isAccepted === false ? blue.emptiedGroups.ids : [])),
  );
}

function hasTargets({
  allComputers,
  computerIds,
  groupIds,
  departments,
  buildings,
}: Profile['scope']): boolean {
  return allComputers || [computerIds, groupIds, departments, buildings].some((ids) => ids.length > 0);
}

/** Whether the targets include a Mac. `ignored`: IDs of groups that do not count. */
function includes(
  targets: ScopeTargets,
  computer: ScopeFacts,
  ignored: readonly (string | undefined)[] = [],
): boolean {
  return (
    targets.computerIds.includes(computer.id) ||
    computer.groupIds.some((id) => targets.groupIds.includes(id) && !ignored.includes(id)) ||
    (computer.department !== '' && targets.departments.includes(computer.department)) ||
    (computer.building !== '' && targets.buildings.includes(computer.building))
  );
}
