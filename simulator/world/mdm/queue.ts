import type { Clock } from '../clock.js';
import type { Member } from '../fleet/member.js';
import type { Registry } from '../fleet/registry.js';
import type { Command, CommandType } from '../model.js';
import { createRandom } from '../random.js';
import { WorldError } from '../refusal.js';
import { type Books, createBooks } from './books.js';
import type { Commands } from '../contracts/mdm.js';

/** Dependencies of the queue of MDM commands. */
export interface QueueContext {
  seed: number | string;
  clock: Clock;
  registry: Registry;
  /** Sends a push, so that the Mac fetches its commands. */
  push: (member: Member, type: CommandType) => void;
}

/** The command queue with the operations that are internal to Jamf Pro. */
export interface CommandQueue extends Commands {
  /**
   * Sends InstallProfile or RemoveProfile to a managed Mac and replaces pending commands for the same profile. Sends no RemoveProfile
   * if the Mac has nothing to remove. Returns whether it was sent.
   */
  sendProfile(member: Member, type: 'INSTALL_PROFILE' | 'REMOVE_PROFILE', profileId: number): boolean;
  /** Removes a completed command from the queue of its Mac. */
  done(member: Member, command: Command): void;
  /** Deletes all pending commands, at re-enrollment or the end of management. */
  drop(member: Member): void;
  /** Deletes all commands and their history, after the record was deleted. */
  forget(member: Member): void;
}

const isOpen = ({ state }: Command) => state === 'PENDING' || state === 'NOT_NOW';

/** Creates the queue of MDM commands, which is empty at first. */
export function createQueue({ seed, clock, registry, push }: QueueContext): CommandQueue {
  const random = createRandom(seed, 'commands');
  const books = createBooks();
  let lastNumber = 0;

  const enqueue = (member: Member, type: CommandType, profileId: number | null) => {
    const command = newCommand(
      member,
      { type, profileId, uuid: random.uuid(), at: clock.now() },
      (lastNumber += 1),
    );
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
    history: (id) => historyOf(books.ofComputer(id)),
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
      const flushed = books
        .ofComputer(computerId)
        .filter((command) => (isOpen(command) ? pending : failed && command.state === 'ERROR'));
      const member = registry.need(computerId);
      books.remove(flushed);
      if (pending) member.queue = [];
      for (const profileId of notSuperseded(flushed, books.ofComputer(computerId)))
        member.flushed.add(profileId);
      return flushed.length;
    },
    sendProfile: (member, type, profileId) => {
      if (!member.computer.managed) return false;
      member.flushed.delete(profileId);
      withdraw(member, profileId, books);
      const installed = member.mac.profiles.some((one) => one.profileId === profileId);
      const installing = member.busy?.profileId === profileId;
      if (type === 'REMOVE_PROFILE' && !installed && !installing) return false;
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

/**
 * Deletes the pending commands for a profile, except the command that the Mac is executing. Assumption: Jamf Pro
 * does the same. Otherwise an InstallProfile that was answered with NotNow could run after the RemoveProfile, and
 * the profile would stay on a Mac out of scope.
 */
function withdraw(member: Member, profileId: number, books: Books): void {
  const { busy } = member;
  const waiting = member.queue.filter((one) => one.profileId === profileId && one !== busy);
  books.remove(waiting);
  member.queue = member.queue.filter((one) => !waiting.includes(one));
}

function historyOf(commands: readonly Command[]) {
  return {
    completed: commands.filter(({ state }) => state === 'ACKNOWLEDGED'),
    pending: commands.filter(isOpen),
    failed: commands.filter(({ state }) => state === 'ERROR'),
  };
}

function newCommand(
  { computer, mac }: Member,
  { type, profileId, uuid, at }: Pick<Command, 'type' | 'profileId' | 'uuid'> & { at: number },
  number: number,
): Command {
  return {
    uuid,
    number,
    type,
    computerId: computer.id,
    managementId: computer.managementId,
    profileId,
    sentAt: at,
    redistribution: mac.profiles.some((profile) => profile.profileId === profileId),
    lastPushAt: at,
    completedAt: null,
    state: 'PENDING',
    error: null,
  };
}

/**
 * Returns the profile IDs of flushed commands, except the commands that a later command for the same profile
 * replaced.
 */
function notSuperseded(flushed: readonly Command[], left: readonly Command[]): number[] {
  return flushed.flatMap(({ number, profileId }) =>
    profileId === null || left.some((one) => one.profileId === profileId && one.number > number)
      ? []
      : [profileId],
  );
}
