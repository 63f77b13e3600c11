import type { Clock } from '../clock.js';
import type { Member } from '../fleet/member.js';
import type { Registry } from '../fleet/registry.js';
import type { Command, CommandType, Profile } from '../model.js';
import { createRandom } from '../random.js';
import { WorldError } from '../refusal.js';
import type { Commands } from '../contracts/mdm.js';

/** What the queue needs of the rest of the world. */
export interface QueueContext {
  seed: number | string;
  clock: Clock;
  registry: Registry;
  /** Sends a push to a Mac and has it look at its queue. */
  push: (member: Member, type: CommandType) => void;
}

/** The command queue with what only Jamf itself may do. */
export interface CommandQueue extends Commands {
  /** InstallProfile or RemoveProfile for a managed Mac; nothing for another. */
  sendProfile(member: Member, type: 'INSTALL_PROFILE' | 'REMOVE_PROFILE', profile: Profile): void;
  /** Takes a command that is done out of the queue of its Mac. */
  done(member: Member, command: Command): void;
  /** Drops everything that waits: the Mac has enrolled again, or is gone. */
  drop(member: Member): void;
}

const isOpen = ({ state }: Command) => state === 'PENDING' || state === 'NOT_NOW';

function addTo<K>(index: Map<K, Command[]>, key: K, command: Command): void {
  const list = index.get(key);
  if (list) list.push(command);
  else index.set(key, [command]);
}

/** An empty queue. */
export function createQueue({ seed, clock, registry, push }: QueueContext): CommandQueue {
  const random = createRandom(seed, 'commands');
  const byUuid = new Map<string, Command>();
  const byManagementId = new Map<string, Command[]>();
  const byComputer = new Map<number, Command[]>();
  const byProfile = new Map<number, Command[]>();
  let list: Command[] = [];

  const enqueue = (member: Member, type: CommandType, profile: Profile | null) => {
    const { id, managementId } = member.computer;
    const command: Command = {
      uuid: random.uuid(),
      type,
      computerId: id,
      managementId,
      profileId: profile?.id ?? null,
      sentAt: clock.now(),
      redistribution: member.mac.profiles.some(({ profileId }) => profileId === profile?.id),
      lastPushAt: clock.now(),
      completedAt: null,
      state: 'PENDING',
      error: null,
    };
    list.push(command);
    byUuid.set(command.uuid, command);
    addTo(byManagementId, managementId, command);
    addTo(byComputer, id, command);
    if (profile) addTo(byProfile, profile.id, command);
    member.queue.push(command);
    push(member, type);
    return command;
  };

  const remove = (commands: readonly Command[]) => {
    const gone = new Set(commands);
    const without = (from: readonly Command[]) => from.filter((command) => !gone.has(command));
    list = without(list);
    for (const command of gone) {
      byUuid.delete(command.uuid);
      byManagementId.set(command.managementId, without(byManagementId.get(command.managementId) ?? []));
      byComputer.set(command.computerId, without(byComputer.get(command.computerId) ?? []));
      if (command.profileId !== null) {
        byProfile.set(command.profileId, without(byProfile.get(command.profileId) ?? []));
      }
    }
  };
  const drop = (member: Member) => {
    remove(member.queue);
    member.queue = [];
    member.flushed.clear();
  };

  return {
    all: () => list,
    get: (uuid) => byUuid.get(uuid),
    ofManagementId: (managementId) => byManagementId.get(managementId.toLowerCase()) ?? [],
    ofComputer: (id) => byComputer.get(id) ?? [],
    ofProfile: (id) => byProfile.get(id) ?? [],
    history: (id) => {
      const own = byComputer.get(id) ?? [];
      return {
        completed: own.filter(({ state }) => state === 'ACKNOWLEDGED'),
        pending: own.filter(isOpen),
        failed: own.filter(({ state }) => state === 'ERROR'),
      };
    },
    send: (managementId, type) => {
      const member = registry.byManagementId(managementId);
      if (!member) throw new WorldError('unknown-computer', 'there is no such client');
      if (!member.computer.managed) throw new WorldError('unmanaged', 'the client is not managed');
      return enqueue(member, type, null);
    },
    blankPush: (managementIds) =>
      managementIds.filter((managementId) => {
        const member = registry.byManagementId(managementId);
        if (!member?.computer.managed) return true;
        for (const command of member.queue) command.lastPushAt = clock.now();
        push(member, 'BLANK_PUSH');
        return false;
      }),
    flush: (computerId, { pending = false, failed = false }) => {
      const member = registry.need(computerId);
      const flushed = (byComputer.get(computerId) ?? []).filter((command) =>
        isOpen(command) ? pending : failed && command.state === 'ERROR',
      );
      remove(flushed);
      if (pending) member.queue = [];
      for (const { type, profileId } of flushed) {
        if (type === 'INSTALL_PROFILE' && profileId !== null) member.flushed.add(profileId);
      }
      return flushed.length;
    },
    sendProfile: (member, type, profile) => {
      if (!member.computer.managed) return;
      member.flushed.delete(profile.id);
      enqueue(member, type, profile);
    },
    done: (member, command) => {
      command.completedAt = clock.now();
      member.queue = member.queue.filter((one) => one !== command);
    },
    drop,
  };
}
