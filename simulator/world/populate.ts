import type { SimulatorOptions } from '../options.js';
import type { Authority } from './ca/authority.js';
import { furnish, makeMember, setLastContacts } from './fleet/past.js';
import type { Registry } from './fleet/registry.js';
import { castRoles } from './fleet/roster.js';
import { takeSnapshot } from './inventory/snapshot.js';
import type { GroupStore } from './profiles/groups.js';
import type { ProfileStore } from './profiles/profiles.js';
import { createRandom } from './random.js';
import { seedExpiringGroup, seedGroups, seedProfiles } from './seeded.js';

/** The collections that `populate` fills. */
export interface EmptyWorld {
  options: SimulatorOptions;
  startAt: number;
  registry: Registry;
  groups: GroupStore;
  profiles: ProfileStore;
  authority: Authority;
}

/** Creates the fleet, groups and profiles, and the inventory that Jamf Pro has when the simulation starts. */
export function populate(world: EmptyWorld): void {
  const { options, startAt, registry, groups, profiles, authority } = world;
  const { scepPath } = authority;
  const roles = castRoles(createRandom(options.seed, 'roles'), options);
  for (const role of roles) registry.add(makeMember(role, options, startAt));
  const green = roles.filter((role) => role.green).map(({ id }) => id);
  seedGroups(groups, { green, excludable: options.profiles.excludable });
  seedProfiles(profiles, options, authority);
  for (const role of roles) {
    const member = registry.need(role.id);
    const inScope = profiles.all().filter(({ id }) => profiles.inScope(id, role.id));
    furnish(member, role, inScope, { options, startAt, scepPath });
    for (const certificate of member.mac.keychain) authority.adopt(certificate);
    setLastContacts(member, options, startAt);
    const { lastContactAt, reportedAt } = member.computer;
    takeSnapshot(member, reportedAt);
    member.computer.lastContactAt = lastContactAt;
  }
  seedExpiringGroup(groups);
}
