import type { Registry } from '../fleet/registry.js';
import type { Computer, Profile } from '../model.js';
import { compileScope, type ScopeFacts } from './scope.js';

/** Called for each Mac that enters or leaves a scope. */
export type ScopeChange = (profile: Profile, computerId: number, inScope: boolean) => void;

/** Stores the Macs in the scope of each profile, to detect changes. */
export interface ScopeTracker {
  scopeOf(profileId: number): ReadonlySet<number>;
  /** Evaluates all Macs for a profile that is new or has a changed scope. */
  refreshProfile(profile: Profile): void;
  /** Evaluates all profiles for Macs whose data or groups changed. */
  refreshComputers(ids: Iterable<number>): void;
  /** Removes all Macs from the scope of a profile that is being deleted. */
  removeProfile(profile: Profile): void;
  /** Removes a deleted Mac without a change notification. */
  forget(computerId: number): void;
}

/** Creates a tracker with empty scopes. `changed` is called only for changes. */
export function createScopeTracker(
  registry: Registry,
  facts: ScopeFacts,
  profiles: () => Iterable<Profile>,
  changed: ScopeChange,
): ScopeTracker {
  interface Tracked {
    matches: (computer: Computer) => boolean;
    members: Set<number>;
  }
  const tracked = new Map<number, Tracked>();

  const trackedOf = (profile: Profile): Tracked => {
    const known = tracked.get(profile.id);
    if (known) return known;
    const created = { matches: compileScope(profile.scope, facts), members: new Set<number>() };
    tracked.set(profile.id, created);
    return created;
  };
  const evaluate = (profile: Profile, { matches, members }: Tracked, computer: Computer) => {
    const inScope = matches(computer);
    if (inScope === members.has(computer.id)) return;
    if (inScope) members.add(computer.id);
    else members.delete(computer.id);
    changed(profile, computer.id, inScope);
  };

  return {
    scopeOf: (profileId) => tracked.get(profileId)?.members ?? new Set(),
    refreshProfile: (profile) => {
      const entry = trackedOf(profile);
      entry.matches = compileScope(profile.scope, facts);
      for (const { computer } of registry.members()) evaluate(profile, entry, computer);
    },
    refreshComputers: (ids) => {
      for (const id of ids) {
        const computer = registry.get(id)?.computer;
        if (!computer) continue;
        for (const profile of profiles()) evaluate(profile, trackedOf(profile), computer);
      }
    },
    removeProfile: (profile) => {
      const members = tracked.get(profile.id)?.members ?? new Set<number>();
      tracked.delete(profile.id);
      for (const id of members) changed(profile, id, false);
    },
    forget: (computerId) => {
      for (const { members } of tracked.values()) members.delete(computerId);
    },
  };
}
