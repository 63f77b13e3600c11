import type { Computer, NamedEntry, Profile, ScopeTargets } from '../model.js';

/** Dependencies of the evaluation of scopes. */
export interface ScopeFacts {
  departments: readonly NamedEntry[];
  buildings: readonly NamedEntry[];
  /** Returns the members of a group; `undefined` if the group does not exist. */
  membersOf(groupId: number): ReadonlySet<number> | undefined;
}

type Matcher = (computer: Computer) => boolean;

function names(entries: readonly NamedEntry[], ids: readonly number[]): Set<string> {
  return new Set(entries.filter((entry) => ids.includes(entry.id)).map((entry) => entry.name));
}

function matcher(targets: ScopeTargets, facts: ScopeFacts): Matcher {
  const computers = new Set(targets.computers);
  const departments = names(facts.departments, targets.departments);
  const buildings = names(facts.buildings, targets.buildings);
  return ({ id, owner }) =>
    computers.has(id) ||
    departments.has(owner.department) ||
    buildings.has(owner.building) ||
    targets.computerGroups.some((group) => facts.membersOf(group)?.has(id));
}

/** Compiles a scope into a test for computers. An exclusion takes precedence over every target and over `allComputers`. */
export function compileScope(scope: Profile['scope'], facts: ScopeFacts): Matcher {
  const target = matcher(scope, facts);
  const excluded = matcher(scope.exclusions, facts);
  return (computer) => (scope.allComputers || target(computer)) && !excluded(computer);
}

/** Targets, or exclusions, that contain nothing. */
export function noTargets(): ScopeTargets {
  return { computers: [], computerGroups: [], departments: [], buildings: [] };
}

/** A scope with no targets and no exclusions. */
export function emptyScope(): Profile['scope'] {
  return { ...noTargets(), allComputers: false, exclusions: noTargets() };
}
