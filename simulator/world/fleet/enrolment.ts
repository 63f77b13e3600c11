import type { Clock } from '../clock.js';
import type { Events } from '../events.js';
import type { Device } from '../mdm/device.js';
import type { Distribution } from '../mdm/distribution.js';
import type { CommandQueue } from '../mdm/queue.js';
import type { GroupStore } from '../profiles/groups.js';
import type { ScopeTracker } from '../profiles/tracker.js';
import type { Life } from './life.js';
import type { Member } from './member.js';
import type { Registry } from './registry.js';

const DAY_MS = 86_400_000;

/** Dependencies of the enrollment of Macs. */
export interface EnrolmentContext {
  clock: Clock;
  events: Events;
  registry: Registry;
  groups: GroupStore;
  tracker: ScopeTracker;
  queue: CommandQueue;
  device: Device;
  distribution: Distribution;
  life: Life;
}

/** Enrollment of Macs and the end of their management. */
export interface Enrolment {
  /** Updates groups and scopes after a change of a computer record. */
  recordChanged(member: Member): void;
  /** Enrolls a Mac that is new to Jamf Pro. */
  first(member: Member): void;
  /** Erases a Mac, brings it online and enrolls it again with a new management ID. */
  again(member: Member): void;
  /** Removes a Mac from management. */
  end(member: Member): void;
}

/** Creates the operations that enroll Macs and end their management. */
export function createEnrolment(context: EnrolmentContext): Enrolment {
  const { clock, events, registry, life } = context;

  const recordChanged = (member: Member) => {
    context.groups.computerChanged(member);
    context.tracker.refreshComputers([member.computer.id]);
  };
  const capabilityChanged = ({ computer }: Member) => {
    events.emit({ name: 'ComputerPushCapabilityChanged', at: clock.now(), computerId: computer.id });
  };
  /** Removes profiles, certificates and pending commands. */
  const strip = (member: Member) => {
    context.device.wentOffline(member);
    context.queue.drop(member);
    member.mac.profiles = [];
    member.mac.keychain = [];
    member.status = null;
  };
  const enrol = (member: Member) => {
    const { computer } = member;
    computer.enrolledAt = clock.now();
    computer.mdmProfileExpiresAt = clock.now() + 2 * 365 * DAY_MS;
    computer.managed = true;
    computer.mdmCapable = true;
    capabilityChanged(member);
    // `recordChanged` sends the profiles whose scope the Mac enters. `enrolled` then sends only the profiles that
    // are still missing, so no profile is sent twice.
    recordChanged(member);
    context.distribution.enrolled(member);
    life.checkIn(member, 'enrollment complete');
    life.report(member);
  };

  return {
    recordChanged,
    first: (member) => {
      events.emit({ name: 'ComputerAdded', at: clock.now(), computerId: member.computer.id });
      enrol(member);
    },
    again: (member) => {
      strip(member);
      registry.setManagementId(member, member.random.uuid());
      life.appear(member);
      enrol(member);
    },
    end: (member) => {
      strip(member);
      member.computer.managed = false;
      member.computer.mdmCapable = false;
      capabilityChanged(member);
      recordChanged(member);
    },
  };
}
