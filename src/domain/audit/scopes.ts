import { groupsOf, type NamedIds } from '../groups/group-roles.js';
import type { Profile, ScopeTargets } from '../profile.js';
import type { OverlapPolicy, WatchedProfile } from '../watched.js';
import { breaks, type AuditFinding } from './rules.js';

/** The scopes of the two profiles of a watched profile in Jamf Pro, and the IDs of its groups. */
export interface ScopedPair {
  joinGreen: string;
  leaveBlue: string;
  /** ID of the exclusion group of the mechanism `cycle`, if configured. Both profiles must exclude it. */
  exclude?: string | undefined;
  blue: Profile;
  green: Profile;
  /** IDs of the groups that are smart groups. Absent before the groups have been read. */
  smartGroups?: readonly string[] | undefined;
}

/**
 * Returns findings about scopes that contradict the purposes of the groups. With such scopes, a Mac could lose both
 * profiles when Recert changes a group. Recert does not act on a watched profile until its scopes are corrected.
 */
export function scopeConflicts(pair: ScopedPair): AuditFinding[] {
  const exchanged = exchangedGroups(pair) ?? exchangedProfiles(pair);
  if (exchanged !== null) return [exchanged];
  return [
    ...greenConflicts(pair),
    ...blueConflicts(pair),
    ...exclusionFindings(pair).filter(({ rule }) => rule === 'exclusion-target'),
    ...smartGroups(pair),
  ];
}

/** The facts that determine whether a watched profile has a scope conflict, and the conflict as text (`null` if there is none). */
type JudgedScopes = Pick<WatchedProfile, 'green' | 'smartGroups'> & {
  overlap: OverlapPolicy | undefined;
  exclude: string | undefined;
  conflict: string | null;
};

/** Cache of the conflict of each watched profile, by its blue profile. Every step of every redistribution checks the scopes. */
const judged = new WeakMap<Profile, JudgedScopes>();

/**
 * Returns sentences that explain why the scopes of a watched profile prevent Recert from acting on it, and what to
 * do. `null` when the scopes are correct.
 */
export function scopeConflictOf(watched: WatchedProfile): string | null {
  const { policy, blue, green, smartGroups } = watched;
  const overlap = policy.overlap;
  const exclude = policy.cycle?.exclude;
  const last = judged.get(blue);
  if (
    last?.green === green &&
    last.overlap === overlap &&
    last.exclude === exclude &&
    last.smartGroups === smartGroups
  )
    return last.conflict;
  const conflict = conflictTextOf(watched);
  judged.set(blue, { green, overlap, exclude, smartGroups, conflict });
  return conflict;
}

function conflictTextOf({ policy, blue, green, smartGroups: smart }: WatchedProfile): string | null {
  const exclude = policy.cycle?.exclude;
  const { overlap } = policy;
  const found =
    overlap === undefined || green === null
      ? onlyConflicts(blue, exclude, smart)
      : scopeConflicts({ ...pairIds(overlap), exclude, blue, green, smartGroups: smart });
  return found.length === 0 ? null : found.map(({ said, todo }) => `${said}. ${todo}`).join(' ');
}

function pairIds({ joinGreen, leaveBlue }: OverlapPolicy): Pick<ScopedPair, 'joinGreen' | 'leaveBlue'> {
  return { joinGreen, leaveBlue };
}

/** Returns the conflicts of a watched profile with a single profile. Only the exclusion group of `cycle` can be wrong. */
function onlyConflicts(
  profile: Profile,
  exclude: string | undefined,
  smart: readonly string[] = [],
): AuditFinding[] {
  if (exclude === undefined) return [];
  const finding = exclusionFinding(profile, exclude);
  return [
    ...(finding?.rule === 'exclusion-target' ? [finding] : []),
    ...smartGroupsOf({ cycle: { exclude } }, smart),
  ];
}

/**
 * Returns findings about profiles that do not exclude the group `cycle.exclude`. For Macs with such a profile, Recert
 * does not use the mechanism `cycle`. The other mechanisms are not affected.
 */
export function missingExclusions(pair: ScopedPair): AuditFinding[] {
  return exclusionFindings(pair).filter(({ rule }) => rule === 'cycle-exclusion');
}

/**
 * Returns what is wrong with the scope of a profile for the mechanism `cycle`; `null` if the scope is correct. The
 * exclusion group must be an exclusion of the profile and not a target, so that a Mac that joins it loses the profile.
 */
export function exclusionFinding(profile: Profile, exclude: string): AuditFinding | null {
  const { groupIds, exclusions } = profile.scope;
  const group = `the group ${exclude} (cycle.exclude)`;
  if (groupIds.includes(exclude))
    return breaks('exclusion-target', `${group} is a target of ${titleOf(profile)}`);
  return exclusions.groupIds.includes(exclude)
    ? null
    : breaks('cycle-exclusion', `${titleOf(profile)} does not exclude ${group}`);
}

/**
 * Returns findings about a scope of green that has more or fewer Macs than the group joinGreen. These findings do not
 * stop Recert.
 */
export function greenReach(pair: ScopedPair): AuditFinding[] {
  if (exchangedProfiles(pair) !== null) return [];
  const { green, joinGreen, leaveBlue, exclude } = pair;
  const { scope } = green;
  const others = [
    ...(scope.groupIds.some((id) => id !== joinGreen && id !== leaveBlue) ? ['other groups'] : []),
    ...(scope.computerIds.length > 0 ? ['single computers'] : []),
    ...(scope.departments.length > 0 ? ['departments'] : []),
    ...(scope.buildings.length > 0 ? ['buildings'] : []),
  ];
  if (others.length > 0 && !scope.allComputers)
    return [breaks('green-scope', `${titleOf(green)} also targets ${others.join(', ')}`)];
  const groupIds = scope.exclusions.groupIds.filter((id) => ![exclude, joinGreen, leaveBlue].includes(id));
  return hasAny({ ...scope.exclusions, groupIds })
    ? [breaks('green-exclusions', `${titleOf(green)} has exclusions`)]
    : [];
}

function exchangedGroups({ blue, green, joinGreen, leaveBlue }: ScopedPair): AuditFinding | null {
  const isExchanged =
    green.scope.groupIds.includes(leaveBlue) && blue.scope.exclusions.groupIds.includes(joinGreen);
  return isExchanged
    ? breaks(
        'groups-exchanged',
        `joinGreen and leaveBlue are exchanged: ${titleOf(green)} targets the group ${leaveBlue}, and ${titleOf(blue)} excludes the group ${joinGreen}`,
      )
    : null;
}

function exchangedProfiles({ blue, green, joinGreen, leaveBlue }: ScopedPair): AuditFinding | null {
  const isExchanged =
    blue.scope.groupIds.includes(joinGreen) && green.scope.exclusions.groupIds.includes(leaveBlue);
  return isExchanged
    ? breaks(
        'profiles-exchanged',
        `blue and green are exchanged: ${titleOf(blue)} targets the group ${joinGreen} (joinGreen), and ${titleOf(green)} excludes the group ${leaveBlue} (leaveBlue)`,
      )
    : null;
}

function greenConflicts({ green, joinGreen, leaveBlue }: ScopedPair): AuditFinding[] {
  const { scope } = green;
  const title = titleOf(green);
  const excluded = [
    ...(scope.exclusions.groupIds.includes(joinGreen) ? [`${joinGreen} (joinGreen)`] : []),
    ...(scope.exclusions.groupIds.includes(leaveBlue) ? [`${leaveBlue} (leaveBlue)`] : []),
  ];
  return [
    ...(scope.allComputers ? [breaks('green-scope', `${title} targets all computers`)] : []),
    ...(scope.groupIds.includes(leaveBlue)
      ? [breaks('green-scope', `${title} targets the group ${leaveBlue} (leaveBlue)`)]
      : []),
    ...(scope.allComputers || scope.groupIds.includes(joinGreen)
      ? []
      : [breaks('green-scope', `${title} does not target the group ${joinGreen} (joinGreen)`)]),
    ...excluded.map((group) => breaks('green-exclusions', `${title} excludes the group ${group}`, 'error')),
  ];
}

function blueConflicts({ blue, joinGreen, leaveBlue }: ScopedPair): AuditFinding[] {
  const { groupIds, exclusions } = blue.scope;
  const title = titleOf(blue);
  return [
    ...(groupIds.includes(leaveBlue)
      ? [breaks('blue-scope', `the group ${leaveBlue} (leaveBlue) is a target of ${title}`)]
      : []),
    ...(exclusions.groupIds.includes(leaveBlue)
      ? []
      : [breaks('blue-scope', `${title} does not exclude the group ${leaveBlue} (leaveBlue)`)]),
    ...(exclusions.groupIds.includes(joinGreen)
      ? [breaks('blue-join-green', `${title} excludes the group ${joinGreen} (joinGreen)`)]
      : []),
  ];
}

function exclusionFindings({ exclude, blue, green }: ScopedPair): AuditFinding[] {
  return exclude === undefined
    ? []
    : [blue, green].flatMap((profile) => exclusionFinding(profile, exclude) ?? []);
}

function smartGroups({ joinGreen, leaveBlue, exclude, smartGroups: smart = [] }: ScopedPair): AuditFinding[] {
  const overlap = { blue: '', green: '', joinGreen, leaveBlue };
  return smartGroupsOf({ overlap, cycle: exclude === undefined ? undefined : { exclude } }, smart);
}

function smartGroupsOf(ids: NamedIds, smart: readonly string[]): AuditFinding[] {
  return groupsOf(ids).flatMap(([purpose, id]) =>
    smart.includes(id) ? [breaks('group-kind', `the group ${id} (${purpose}) is a smart group`)] : [],
  );
}

function titleOf({ id, name }: Profile): string {
  return `"${name}" (${id})`;
}

function hasAny({ computerIds, groupIds, departments, buildings }: ScopeTargets): boolean {
  return [computerIds, groupIds, departments, buildings].some((ids) => ids.length > 0);
}
