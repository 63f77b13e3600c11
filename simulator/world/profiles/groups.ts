import type { Member } from '../fleet/member.js';
import type { Registry } from '../fleet/registry.js';
import type { ComputerGroup, SmartGroupCriterion } from '../model.js';
import { WorldError } from '../refusal.js';
import type { Groups, MembershipChange } from '../contracts/scoping.js';
import { matchesCriteria } from './criteria.js';

type StoredGroup = ComputerGroup & { members: Set<number> };

/** What computer groups need. */
export interface GroupsContext {
  registry: Registry;
  now(): number;
  /** IDs of the profiles with certificates of the Okta CA, for the expiry criterion. */
  oktaProfiles(): ReadonlySet<number>;
  /** Called with the IDs of computers whose memberships changed: updates scopes. */
  membersChanged(ids: readonly number[]): void;
  /** Called after the members of a smart group changed: emits the event. */
  smartGroupChanged(groupId: number, added: number[], removed: number[]): void;
}

/** The groups with the operations that are internal to the world. */
export interface GroupStore extends Groups {
  /** Adds a group when the world is created, without change notifications. */
  seed(group: Omit<ComputerGroup, 'members'> & { members?: Iterable<number> }): void;
  /** Updates smart groups after the data of a Mac in Jamf Pro changed. */
  computerChanged(member: Member): void;
  forget(computerId: number): void;
}

/** Creates the collection of computer groups, which is empty at first. */
export function createGroups(context: GroupsContext): GroupStore {
  const { registry } = context;
  const groups = new Map<number, StoredGroup>();
  let lastId = 0;

  const need = (id: number) => {
    const group = groups.get(id);
    if (!group) throw new WorldError('not-found', `there is no computer group ${id}`);
    return group;
  };
  const byName = (name: string) => [...groups.values()].find((group) => group.name === name);
  const refuseDuplicate = (name: string, ownId?: number) => {
    const other = byName(name);
    if (other && other.id !== ownId) throw new WorldError('duplicate-name', 'Duplicate name');
  };
  const checkNewMember = (id: number) => {
    if (!registry.need(id).computer.managed) {
      throw new WorldError('unmanaged', `computer ${id} is not managed`);
    }
  };
  const fits = (group: ComputerGroup, member: Member) =>
    matchesCriteria(group.criteria, member, context.oktaProfiles(), context.now());

  const recalculate = (group: StoredGroup, members: Iterable<Member>) => {
    const added: number[] = [];
    const removed: number[] = [];
    for (const member of members) {
      const { id } = member.computer;
      const fit = fits(group, member);
      if (fit === group.members.has(id)) continue;
      if (fit) group.members.add(id);
      else group.members.delete(id);
      (fit ? added : removed).push(id);
    }
    if (added.length + removed.length === 0) return;
    context.smartGroupChanged(group.id, added, removed);
    context.membersChanged([...added, ...removed]);
  };

  const create = (group: Omit<StoredGroup, 'id'>) => {
    refuseDuplicate(group.name);
    const stored = { ...group, id: (lastId += 1) };
    groups.set(stored.id, stored);
    return stored;
  };
  const changeMembers = (id: number, { add = [], remove = [] }: MembershipChange) => {
    const group = need(id);
    if (group.smart) throw new WorldError('smart-group', `group ${id} is a smart group`);
    // All checks precede the first change, because Jamf Pro refuses the request as a whole.
    for (const one of add) checkNewMember(one);
    for (const one of remove) {
      registry.need(one);
      if (!group.members.has(one)) {
        throw new WorldError('not-a-member', `computer ${one} is not a member of group ${id}`);
      }
    }
    const added = add.filter((one) => !group.members.has(one));
    for (const one of added) group.members.add(one);
    for (const one of remove) group.members.delete(one);
    const changed = [...new Set([...added, ...remove])];
    if (changed.length > 0) context.membersChanged(changed);
  };

  return {
    all: () => [...groups.values()],
    get: (id) => groups.get(id),
    byName,
    ofComputer: (id) => [...groups.values()].filter((group) => group.members.has(id)),
    createStatic: ({ name, description = '', members = [] }) => {
      for (const id of members) checkNewMember(id);
      const group = create({ name, description, smart: false, criteria: [], members: new Set() });
      changeMembers(group.id, { add: members });
      return group;
    },
    createSmart: ({ name, description = '', criteria }) => {
      const kept: readonly SmartGroupCriterion[] = structuredClone(criteria);
      const group = create({ name, description, smart: true, criteria: kept, members: new Set() });
      recalculate(group, registry.members());
      return group;
    },
    rename: (id, name, description) => {
      const group = need(id);
      refuseDuplicate(name, id);
      group.name = name;
      group.description = description ?? group.description;
    },
    changeMembers,
    replaceMembers: (id, members) => {
      const wanted = new Set(members);
      const remove = [...need(id).members].filter((one) => !wanted.has(one));
      changeMembers(id, { add: [...wanted], remove });
    },
    delete: (id) => {
      const group = need(id);
      groups.delete(id);
      context.membersChanged([...group.members]);
    },
    recalculate: (id) => {
      const group = need(id);
      if (group.smart) recalculate(group, registry.members());
      return group.members.size;
    },
    seed: (group) => {
      const members = new Set(group.members ?? []);
      const stored: StoredGroup = { ...group, members };
      groups.set(group.id, stored);
      lastId = Math.max(lastId, group.id);
      if (!group.smart) return;
      for (const member of registry.members()) {
        if (fits(stored, member)) members.add(member.computer.id);
      }
    },
    computerChanged: (member) => {
      for (const group of groups.values()) if (group.smart) recalculate(group, [member]);
    },
    forget: (computerId) => {
      for (const group of groups.values()) group.members.delete(computerId);
    },
  };
}
