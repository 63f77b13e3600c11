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

/** Dependencies of the groups, profiles and scopes. */
export interface ScopingContext {
  seed: number | string;
  clock: Clock;
  events: Events;
  registry: Registry;
  departments: readonly NamedEntry[];
  buildings: readonly NamedEntry[];
  scepPath: string;
  /** False while the world is created, when memberships in scopes are initial state and not changes. */
  settled(): boolean;
  send: CommandQueue['sendProfile'];
}

/** Groups, profiles, the Macs in the scope of each profile, and the commands that scope changes cause. */
export interface Scoping {
  groups: GroupStore;
  profiles: ProfileStore;
  tracker: ScopeTracker;
  distribution: Distribution;
  /** IDs of the profiles whose SCEP payload points to the simulated CA. */
  oktaProfiles(): ReadonlySet<number>;
}

/** Creates groups, profiles, scope tracker and distribution, and connects them, because each depends on the others. */
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
