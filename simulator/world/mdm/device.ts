import type { SimulatorOptions } from '../../options.js';
import type { Clock } from '../clock.js';
import type { Events } from '../events.js';
import type { Member } from '../fleet/member.js';
import type { Command, CommandError, CommandType, Profile } from '../model.js';
import type { Mishaps, WorldFaults } from '../webhook-model.js';
import { missingProfileError } from './errors.js';
import { removeProfile } from './install.js';

/** What the MDM side of a Mac needs of the rest of the world. */
export interface DeviceContext {
  options: SimulatorOptions;
  clock: Clock;
  events: Events;
  faults: WorldFaults;
  mishaps: Mishaps;
  /** Jamf is down: nothing can be fetched. */
  isDown(): boolean;
  profile(id: number): Profile | undefined;
  install(member: Member, profile: Profile, redistribution: boolean): CommandError | null;
  done(member: Member, command: Command): void;
  /** Profiles on the Mac have changed: inventory may follow. */
  profilesChanged(member: Member): void;
  refreshCertificates(member: Member): void;
  /** The Mac talks to Jamf: what was flushed is queued again. */
  contacted(member: Member): void;
}

/** The MDM client of every Mac: gets pushes while online, works through its queue one by one. */
export interface Device {
  push: (member: Member, type: CommandType) => void;
  cameOnline(member: Member): void;
  /** Ends the conversation; what the Mac was carrying out it will be given again. */
  wentOffline(member: Member): void;
}

/** The MDM client that all Macs share; what differs is in each member. */
export function createDevice(context: DeviceContext): Device {
  const { clock, events, faults, mishaps, options } = context;
  const { rhythm } = options;

  const stop = (member: Member) => {
    clock.cancel(member.mdm?.event ?? null);
    member.mdm = null;
    member.busy = null;
  };
  const later = (member: Member, ms: number, waiting: boolean, run: () => void) => {
    // A push may have been scheduled in between: one Mac has one conversation.
    stop(member);
    const event = clock.after(ms, () => {
      member.mdm = null;
      run();
    });
    member.mdm = { event, waiting };
  };
  const wake = (member: Member) => {
    if (!member.mac.online || member.gone) return;
    if (member.mdm && !member.mdm.waiting) return;
    stop(member);
    const latencyMs = rhythm.pushLatency * member.random.between(0.1, 1);
    later(member, latencyMs, false, () => fetchNext(member, new Set()));
  };

  const perform = (member: Member, command: Command): CommandError | null => {
    const { type, profileId, redistribution } = command;
    if (type === 'REMOVE_PROFILE' && profileId !== null) removeProfile(member, profileId);
    if (type === 'CERTIFICATE_LIST' && options.commands.certificateListRefreshes) {
      context.refreshCertificates(member);
    }
    if (type !== 'INSTALL_PROFILE' || profileId === null) return null;
    const profile = context.profile(profileId);
    return profile ? context.install(member, profile, redistribution) : missingProfileError();
  };
  const finish = (member: Member, command: Command) => {
    member.busy = null;
    member.computer.lastContactAt = clock.now();
    const error = perform(member, command);
    // One that was flushed meanwhile is carried out all the same, and Jamf does not know the answer.
    if (member.queue.includes(command)) {
      command.error = error;
      command.state = error ? 'ERROR' : 'ACKNOWLEDGED';
      context.done(member, command);
    }
    const changes = command.type === 'INSTALL_PROFILE' || command.type === 'REMOVE_PROFILE';
    if (changes && !error) context.profilesChanged(member);
  };

  const carryOut = (member: Member, command: Command, takesMs: number, then: () => void) => {
    later(member, takesMs, false, () => {
      // Without Jamf there is nobody to tell, and what Jamf is not told it would ask for again.
      if (context.isDown()) {
        carryOut(member, command, rhythm.notNowRetry, then);
        return;
      }
      finish(member, command);
      then();
    });
    member.busy = command;
  };

  /** Takes the next command; `refused` are those that were answered NotNow in this session. */
  const fetchNext = (member: Member, refused: Set<Command>) => {
    if (context.isDown()) {
      later(member, rhythm.notNowRetry, true, () => fetchNext(member, refused));
      return;
    }
    member.computer.lastContactAt = clock.now();
    context.contacted(member);
    const command = member.queue.find((one) => !refused.has(one));
    if (!command) {
      if (refused.size === 0) return;
      later(member, rhythm.notNowRetry, true, () => fetchNext(member, new Set()));
      return;
    }
    if (command.state === 'PENDING' && member.random.chance(rhythm.notNow)) {
      command.state = 'NOT_NOW';
      mishaps.notNow += 1;
      fetchNext(member, refused.add(command));
      return;
    }
    const slow = command.type === 'INSTALL_PROFILE' || command.type === 'REMOVE_PROFILE';
    const takesMs = slow ? rhythm.installTime * member.random.between(0.3, 1) : 0;
    carryOut(member, command, takesMs, () => fetchNext(member, refused));
  };

  return {
    push: (member, type) => {
      const { id, managementId } = member.computer;
      events.emit({ name: 'PushSent', at: clock.now(), computerId: id, managementId, type });
      const lost = member.random.chance(Math.max(rhythm.pushLost, faults.push.lose));
      if (lost) mishaps.pushesLost += 1;
      else wake(member);
    },
    // Apple keeps the last push for a Mac that is offline and brings it when it returns.
    cameOnline: (member) => {
      if (member.queue.length > 0) wake(member);
    },
    wentOffline: stop,
  };
}
