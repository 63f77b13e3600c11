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

/** What enrolling needs of the rest of the world. */
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

/** How a Mac comes under management, and how it leaves it. */
export interface Enrolment {
  /** Jamf's record of a Mac has changed: groups and scopes follow. */
  recordChanged(member: Member): void;
  /** A Mac that is new to Jamf. */
  first(member: Member): void;
  /** Wiped and enrolled again under another management id; it comes online for it. */
  again(member: Member): void;
  end(member: Member): void;
}

/** The enrolment of all Macs. */
export function createEnrolment(context: EnrolmentContext): Enrolment {
  const { clock, events, registry, life } = context;

  const recordChanged = (member: Member) => {
    context.groups.computerChanged(member);
    context.tracker.refreshComputers([member.computer.id]);
  };
  const capabilityChanged = ({ computer }: Member) => {
    events.emit({ name: 'ComputerPushCapabilityChanged', at: clock.now(), computerId: computer.id });
  };
  /** Without MDM a Mac loses what MDM brought, and what it was about to bring. */
  const strip = (member: Member) => {
    context.device.wentOffline(member);
    context.queue.drop(member);
    member.mac.profiles = [];
    member.mac.keychain = [];
  };
  const enrol = (member: Member) => {
    const { computer } = member;
    computer.enrolledAt = clock.now();
    computer.mdmProfileExpiresAt = clock.now() + 2 * 365 * DAY_MS;
    computer.managed = true;
    computer.mdmCapable = true;
    capabilityChanged(member);
    // What the Mac comes into the scope of is sent by that; the rest is sent beside it, nothing twice.
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
