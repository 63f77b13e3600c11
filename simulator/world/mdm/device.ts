import type { SimulatorOptions } from '../../options.js';
import type { Clock } from '../clock.js';
import type { Events } from '../events.js';
import type { Member } from '../fleet/member.js';
import type { Command, CommandError, CommandType, Profile } from '../model.js';
import type { Mishaps, WorldFaults } from '../webhook-model.js';
import { missingProfileError } from './errors.js';
import { removeProfile } from './install.js';

/** Dependencies of the simulated MDM client. */
export interface DeviceContext {
  options: SimulatorOptions;
  clock: Clock;
  events: Events;
  faults: WorldFaults;
  mishaps: Mishaps;
  /** While Jamf Pro is down, no command can be fetched or answered. */
  isDown(): boolean;
  profile(id: number): Profile | undefined;
  install(member: Member, profile: Profile, redistribution: boolean): CommandError | null;
  done(member: Member, command: Command): void;
  /** Called after profiles changed: may schedule an inventory report. */
  profilesChanged(member: Member): void;
  refreshCertificates(member: Member): void;
  /** Called at each contact: Jamf Pro queues flushed profile commands again. */
  contacted(member: Member): void;
}

/** The MDM client: receives pushes while online and executes its commands one at a time. */
export interface Device {
  push: (member: Member, type: CommandType) => void;
  cameOnline(member: Member): void;
  /** Ends the MDM session. The Mac receives a command in progress again later. */
  wentOffline(member: Member): void;
}

/** Creates one MDM client for all Macs. The MDM state of each Mac is stored in its `Member`. */
export function createDevice(context: DeviceContext): Device {
  const { clock, events, faults, mishaps } = context;
  const { rhythm } = context.options;

  const { stop, later } = createSessions(clock);
  const wake = (member: Member) => {
    if (!member.mac.online || member.gone) return;
    if (member.mdm && !member.mdm.waiting) return;
    stop(member);
    const latencyMs = rhythm.pushLatency * member.random.between(0.1, 1);
    later(member, latencyMs, false, () => fetchNext(member, new Set()));
  };

  const finish = (member: Member, command: Command) => {
    member.busy = null;
    member.computer.lastContactAt = clock.now();
    const error = perform(member, command, context);
    // If a command was flushed in the meantime, it is executed, but Jamf Pro does not store its result.
    if (member.queue.includes(command)) {
      command.error = error;
      command.state = error ? 'ERROR' : 'ACKNOWLEDGED';
      context.done(member, command);
    }
    if (changesProfiles(command) && !error) context.profilesChanged(member);
  };

  const execute = (member: Member, command: Command, takesMs: number, then: () => void) => {
    later(member, takesMs, false, () => {
      // While Jamf Pro is down, the result cannot be reported, so the command takes effect when Jamf Pro is up again.
      if (context.isDown()) {
        execute(member, command, rhythm.notNowRetry, then);
        return;
      }
      finish(member, command);
      then();
    });
    member.busy = command;
  };

  /** Fetches and executes the next command. `refused` are the commands answered with NotNow in this session. */
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
    const takesMs = changesProfiles(command) ? rhythm.installTime * member.random.between(0.3, 1) : 0;
    execute(member, command, takesMs, () => fetchNext(member, refused));
  };

  return {
    push: (member, type) => {
      const { id, managementId } = member.computer;
      events.emit({ name: 'PushSent', at: clock.now(), computerId: id, managementId, type });
      const lost = member.random.chance(Math.max(rhythm.pushLost, faults.push.lose));
      if (lost) mishaps.pushesLost += 1;
      else wake(member);
    },
    // APNs stores the last push for an offline device and delivers it when the device is online.
    cameOnline: (member) => {
      if (member.queue.length > 0) wake(member);
    },
    wentOffline: stop,
  };
}

function changesProfiles({ type }: Command): boolean {
  return type === 'INSTALL_PROFILE' || type === 'REMOVE_PROFILE';
}

/** Creates the MDM sessions of all Macs. A Mac has a single session, with a single scheduled event. */
function createSessions(clock: Clock) {
  const stop = (member: Member) => {
    clock.cancel(member.mdm?.event ?? null);
    member.mdm = null;
    member.busy = null;
  };
  return {
    stop,
    /** Replaces the scheduled event of the session. `waiting`: a push may start the session earlier. */
    later: (member: Member, ms: number, waiting: boolean, run: () => void) => {
      stop(member);
      const event = clock.after(ms, () => {
        member.mdm = null;
        run();
      });
      member.mdm = { event, waiting };
    },
  };
}

/** Executes a command on the Mac. Returns the error that the Mac reports. */
function perform(member: Member, command: Command, context: DeviceContext): CommandError | null {
  const { type, profileId, redistribution } = command;
  if (type === 'REMOVE_PROFILE' && profileId !== null) removeProfile(member, profileId);
  if (type === 'CERTIFICATE_LIST' && context.options.commands.certificateListRefreshes)
    context.refreshCertificates(member);
  if (type !== 'INSTALL_PROFILE' || profileId === null) return null;
  const profile = context.profile(profileId);
  return profile ? context.install(member, profile, redistribution) : missingProfileError();
}
