import type { Registry } from '../fleet/registry.js';
import type { Computer, Profile } from '../model.js';
import { compileScope, type ScopeFacts } from './scope.js';

/** Told for each Mac whose membership of a scope has changed. */
export type ScopeChange = (profile: Profile, computerId: number, inScope: boolean) => void;

/** Who is in the scope of which profile, kept so that a change can be seen. */
export interface ScopeTracker {
  scopeOf(profileId: number): ReadonlySet<number>;
  /** The profile is new or its scope has changed: every Mac is looked at. */
  refreshProfile(profile: Profile): void;
  /** Something about these Macs has changed: every profile is looked at. */
  refreshComputers(ids: Iterable<number>): void;
  /** Everybody leaves; for a profile about to be deleted. */
  removeProfile(profile: Profile): void;
  /** The Mac is gone from Jamf: nothing is sent to it. */
  forget(computerId: number): void;
}

/** Begins with nobody in scope. `changed` is told of changes, and only of changes. */
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
    const fresh = { matches: compileScope(profile.scope, facts), members: new Set<number>() };
    tracked.set(profile.id, fresh);
    return fresh;
  };
  const look = (profile: Profile, { matches, members }: Tracked, computer: Computer) => {
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
      for (const { computer } of registry.members()) look(profile, entry, computer);
    },
    refreshComputers: (ids) => {
      for (const id of ids) {
        const computer = registry.get(id)?.computer;
        if (!computer) continue;
        for (const profile of profiles()) look(profile, trackedOf(profile), computer);
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
