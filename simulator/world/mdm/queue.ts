import type { Clock } from '../clock.js';
import type { Member } from '../fleet/member.js';
import type { Registry } from '../fleet/registry.js';
import type { Command, CommandType } from '../model.js';
import { createRandom } from '../random.js';
import { WorldError } from '../refusal.js';
import { createBooks } from './books.js';
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
  /**
   * InstallProfile or RemoveProfile for a managed Mac, in place of what still waits for the same Mac and
   * profile; no RemoveProfile for a Mac that has nothing to remove. Says whether it was sent.
   */
  sendProfile(member: Member, type: 'INSTALL_PROFILE' | 'REMOVE_PROFILE', profileId: number): boolean;
  /** Takes a command that is done out of the queue of its Mac. */
  done(member: Member, command: Command): void;
  /** Drops everything that waits: the Mac has enrolled again, or is no longer managed. */
  drop(member: Member): void;
  /** Drops everything, the history too: Jamf has deleted the record. */
  forget(member: Member): void;
}

const isOpen = ({ state }: Command) => state === 'PENDING' || state === 'NOT_NOW';

/** An empty queue. */
export function createQueue({ seed, clock, registry, push }: QueueContext): CommandQueue {
  const random = createRandom(seed, 'commands');
  const books = createBooks();
  let lastNumber = 0;

  const enqueue = (member: Member, type: CommandType, profileId: number | null) => {
    const { id, managementId } = member.computer;
    const command: Command = {
      uuid: random.uuid(),
      number: (lastNumber += 1),
      type,
      computerId: id,
      managementId,
      profileId,
      sentAt: clock.now(),
      redistribution: member.mac.profiles.some((profile) => profile.profileId === profileId),
      lastPushAt: clock.now(),
      completedAt: null,
      state: 'PENDING',
      error: null,
    };
    books.add(command);
    member.queue.push(command);
    push(member, type);
    return command;
  };

  const drop = (member: Member) => {
    books.remove(member.queue);
    member.queue = [];
    member.flushed.clear();
  };

  return {
    all: books.all,
    get: books.get,
    ofManagementId: books.ofManagementId,
    ofComputer: books.ofComputer,
    ofProfile: books.ofProfile,
    history: (id) => {
      const own = books.ofComputer(id);
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
      const flushed = books
        .ofComputer(computerId)
        .filter((command) => (isOpen(command) ? pending : failed && command.state === 'ERROR'));
      books.remove(flushed);
      if (pending) member.queue = [];
      for (const { number, profileId } of flushed) {
        if (profileId === null) continue;
        // A later command for the profile has settled the matter, or will.
        const settled = books.ofComputer(computerId).some((one) => {
          return one.profileId === profileId && one.number > number;
        });
        if (!settled) member.flushed.add(profileId);
      }
      return flushed.length;
    },
    sendProfile: (member, type, profileId) => {
      if (!member.computer.managed) return false;
      member.flushed.delete(profileId);
      // Whether Jamf withdraws what has been overtaken is not known. Were both kept, an InstallProfile that
      // was answered NotNow would come after the RemoveProfile, and stay on a Mac out of scope.
      const { busy } = member;
      const waiting = member.queue.filter((one) => one.profileId === profileId && one !== busy);
      books.remove(waiting);
      member.queue = member.queue.filter((one) => !waiting.includes(one));
      const there = member.mac.profiles.some((one) => one.profileId === profileId);
      const coming = busy?.profileId === profileId;
      if (type === 'REMOVE_PROFILE' && !there && !coming) return false;
      enqueue(member, type, profileId);
      return true;
    },
    done: (member, command) => {
      command.completedAt = clock.now();
      member.queue = member.queue.filter((one) => one !== command);
    },
    drop,
    forget: (member) => {
      drop(member);
      books.remove(books.ofComputer(member.computer.id));
    },
  };
}
