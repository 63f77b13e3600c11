import type { Computer } from './computer.js';
import type { Profile, ScopeTargets } from './profile.js';
import type { WatchedProfile } from './watched.js';

/** What a scope asks of a Mac. */
export type ScopeFacts = Pick<Computer, 'id' | 'groupIds' | 'department' | 'building'>;

/**
 * Whether a Mac is in the scope of a profile: named by a target, and by no exclusion. Limitations to users and network segments are
 * not looked at: Jamf applies them on the Mac. Managed, MDM capable or online is no question of scope.
 */
export function inProfileScope(scope: Profile['scope'], computer: ScopeFacts): boolean {
  return (scope.allComputers || names(scope, computer)) && !names(scope.exclusions, computer);
}

/**
 * Whether a Mac is one of those that a watched profile is for: in the scope of blue, were it not for our own exclusions. A Mac that has
 * moved on to green is excluded from blue by the group `leaveBlue`, and is still ours to look after; so is one that `cycle` excludes.
 */
export function inScope(
  { blue, policy }: Pick<WatchedProfile, 'blue' | 'policy'>,
  computer: ScopeFacts,
): boolean {
  const { exclusions } = blue.scope;
  const ours: readonly (string | undefined)[] = [policy.overlap.leaveBlue, policy.cycle?.exclude];
  const groupIds = exclusions.groupIds.filter((id) => !ours.includes(id));
  return inProfileScope({ ...blue.scope, exclusions: { ...exclusions, groupIds } }, computer);
}

/** Ids of all groups that the scopes of these profiles name, ours included: the only memberships worth keeping. */
export function groupsThatMatter(watched: readonly WatchedProfile[]): ReadonlySet<string> {
  return new Set(
    watched.flatMap(({ blue, green, policy }) => [
      policy.overlap.joinGreen,
      policy.overlap.leaveBlue,
      ...(policy.cycle === undefined ? [] : [policy.cycle.exclude]),
      ...[blue, green].flatMap(({ scope }) => [...scope.groupIds, ...scope.exclusions.groupIds]),
    ]),
  );
}

function names(targets: ScopeTargets, computer: ScopeFacts): boolean {
  return (
    targets.computerIds.includes(computer.id) ||
    computer.groupIds.some((id) => targets.groupIds.includes(id)) ||
    (computer.department !== '' && targets.departments.includes(computer.department)) ||
    (computer.building !== '' && targets.buildings.includes(computer.building))
  );
}
