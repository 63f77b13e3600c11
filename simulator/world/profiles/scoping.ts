import type { Clock } from '../clock.js';
import type { Events } from '../events.js';
import type { Registry } from '../fleet/registry.js';
import { createDistribution, type Distribution } from '../mdm/distribution.js';
import { enrolsAtOkta } from '../mdm/install.js';
import type { CommandQueue } from '../mdm/queue.js';
import type { NamedEntry } from '../model.js';
import { createGroups, type GroupStore } from './groups.js';
import { createProfiles, type ProfileStore } from './profiles.js';
import { createScopeTracker, type ScopeTracker } from './tracker.js';

/** What scoping needs of the rest of the world. */
export interface ScopingContext {
  seed: number | string;
  clock: Clock;
  events: Events;
  registry: Registry;
  departments: readonly NamedEntry[];
  buildings: readonly NamedEntry[];
  scepPath: string;
  /** False while the world is built: what is so from the start is no change. */
  settled(): boolean;
  send: CommandQueue['sendProfile'];
}

/** Groups, profiles, who is in whose scope, and what is sent because of it. */
export interface Scoping {
  groups: GroupStore;
  profiles: ProfileStore;
  tracker: ScopeTracker;
  distribution: Distribution;
  /** Ids of the profiles that enrol at the CA which the simulator plays. */
  oktaProfiles(): ReadonlySet<number>;
}

/** Puts the four together; each needs another. */
export function createScoping(context: ScopingContext): Scoping {
  const { seed, clock, events, registry, departments, buildings } = context;
  const oktaProfiles = () => {
    const okta = profiles.all().filter((profile) => enrolsAtOkta(profile, context.scepPath));
    return new Set(okta.map(({ id }) => id));
  };
  const groups = createGroups({
    registry,
    now: clock.now,
    oktaProfiles,
    membersChanged: (ids) => tracker.refreshComputers(ids),
    smartGroupChanged: (groupId, added, removed) => {
      const name = 'SmartGroupComputerMembershipChange';
      events.emit({ name, at: clock.now(), groupId, added, removed });
    },
  });
  const tracker = createScopeTracker(
    registry,
    { departments, buildings, membersOf: (id) => groups.get(id)?.members },
    () => profiles.all(),
    (profile, id, inScope) => {
      if (context.settled()) distribution.scopeChanged(profile, id, inScope);
    },
  );
  const distribution = createDistribution({
    registry,
    profiles: () => profiles.all(),
    profile: (id) => profiles.get(id),
    inScope: (profileId, computerId) => profiles.inScope(profileId, computerId),
    send: context.send,
  });
  const profiles = createProfiles({ seed, tracker, distribution });
  return { groups, profiles, tracker, distribution, oktaProfiles };
}
