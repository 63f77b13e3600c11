import type { Member } from '../fleet/member.js';
import type { Registry } from '../fleet/registry.js';
import type { ComputerGroup } from '../model.js';
import { WorldError } from '../refusal.js';
import type { Groups, MembershipChange } from '../contracts/scoping.js';
import { matchesCriteria } from './criteria.js';

type StoredGroup = ComputerGroup & { members: Set<number> };

/** Dependencies of the computer groups. */
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
    if ((byName(name)?.id ?? ownId) !== ownId) throw new WorldError('duplicate-name', 'Duplicate name');
  };
  const create = (group: Omit<StoredGroup, 'id'>) => {
    refuseDuplicate(group.name);
    const stored = { ...group, id: (lastId += 1) };
    groups.set(stored.id, stored);
    return stored;
  };
  const changeMembers = (id: number, { add = [], remove = [] }: MembershipChange) => {
    const group = need(id);
    // All checks precede the first change, because Jamf Pro refuses the request as a whole.
    checkChange(group, { add, remove }, registry);
    const changed = applyChange(group, { add, remove });
    if (changed.length > 0) context.membersChanged(changed);
  };

  return {
    all: () => [...groups.values()],
    get: (id) => groups.get(id),
    byName,
    ofComputer: (id) => [...groups.values()].filter((group) => group.members.has(id)),
    createStatic: ({ name, description = '', members = [] }) => {
      for (const id of members) checkNewMember(id, registry);
      const group = create({ name, description, smart: false, criteria: [], members: new Set() });
      changeMembers(group.id, { add: members });
      return group;
    },
    createSmart: ({ name, description = '', criteria }) => {
      const own = { smart: true, criteria: structuredClone(criteria), members: new Set<number>() };
      const group = create({ name, description, ...own });
      recalculate(group, registry.members(), context);
      return group;
    },
    rename: (id, name, description) => {
      const group = need(id);
      refuseDuplicate(name, id);
      Object.assign(group, { name, description: description ?? group.description });
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
      if (group.smart) recalculate(group, registry.members(), context);
      return group.members.size;
    },
    seed: (group) => {
      const stored: StoredGroup = { ...group, members: new Set(group.members) };
      groups.set(group.id, stored);
      lastId = Math.max(lastId, group.id);
      if (group.smart) stored.members = new Set(fitting(stored, context));
    },
    computerChanged: (member) => {
      for (const group of groups.values()) if (group.smart) recalculate(group, [member], context);
    },
    forget: (computerId) => {
      for (const group of groups.values()) group.members.delete(computerId);
    },
  };
}

function checkNewMember(id: number, registry: Registry): void {
  if (!registry.need(id).computer.managed) throw new WorldError('unmanaged', `computer ${id} is not managed`);
}

/** @throws WorldError if Jamf Pro refuses to add or remove one of the members. */
function checkChange(
  group: StoredGroup,
  { add, remove }: Required<MembershipChange>,
  registry: Registry,
): void {
  if (group.smart) throw new WorldError('smart-group', `group ${group.id} is a smart group`);
  for (const id of add) checkNewMember(id, registry);
  for (const id of remove) {
    registry.need(id);
    if (!group.members.has(id))
      throw new WorldError('not-a-member', `computer ${id} is not a member of group ${group.id}`);
  }
}

/** Returns the IDs of the computers whose membership changed. */
function applyChange({ members }: StoredGroup, { add, remove }: Required<MembershipChange>): number[] {
  const added = add.filter((id) => !members.has(id));
  for (const id of added) members.add(id);
  for (const id of remove) members.delete(id);
  return [...new Set([...added, ...remove])];
}

/** Returns the IDs of the computers that match the criteria of a smart group. */
function fitting(group: ComputerGroup, context: GroupsContext): number[] {
  const members = [...context.registry.members()].filter((member) => fits(group, member, context));
  return members.map(({ computer }) => computer.id);
}

function fits(group: ComputerGroup, member: Member, context: GroupsContext): boolean {
  return matchesCriteria(group.criteria, member, context.oktaProfiles(), context.now());
}

/** Adds and removes members of a smart group according to its criteria, and reports the changes. */
function recalculate(group: StoredGroup, members: Iterable<Member>, context: GroupsContext): void {
  const added: number[] = [];
  const removed: number[] = [];
  for (const member of members) {
    const { id } = member.computer;
    const fit = fits(group, member, context);
    if (fit === group.members.has(id)) continue;
    if (fit) group.members.add(id);
    else group.members.delete(id);
    (fit ? added : removed).push(id);
  }
  if (added.length + removed.length === 0) return;
  context.smartGroupChanged(group.id, added, removed);
  context.membersChanged([...added, ...removed]);
}
