import type { SimulatorOptions } from '../../options.js';
import type { Clock } from '../clock.js';
import type { Events } from '../events.js';
import { takeCertificates, takeSnapshot } from '../inventory/snapshot.js';
import type { Device } from '../mdm/device.js';
import type { CheckInTrigger } from '../webhook-model.js';
import type { Member } from './member.js';
import { presenceAt } from './presence.js';

/** IDs of the inventory policy and of another policy. */
const INVENTORY_POLICY = 2;
const OTHER_POLICY = 7;
/** Maximum delay of the first check-in after coming online, as a share of the check-in interval. */
const FIRST_CHECK_IN = 0.05;

/** Dependencies of the simulated behavior of Macs. */
export interface LifeContext {
  options: SimulatorOptions;
  clock: Clock;
  events: Events;
  device: Device;
  isDown(): boolean;
  /** Called at a check-in. Jamf Pro then sends flushed profile commands again. */
  contacted(member: Member): void;
  /** Called when a Mac comes online. A delayed status report is then sent. */
  cameOnline(member: Member): void;
  /** Called at an inventory report. Smart groups are then updated, and Jamf Pro may redistribute profiles. */
  reported(member: Member): void;
}

/** Presence, check-ins and inventory reports of Macs. */
export interface Life {
  /** Sets the current presence of a Mac and schedules its events. */
  begin(member: Member): void;
  end(member: Member): void;
  checkIn(member: Member, trigger: CheckInTrigger): void;
  report(member: Member): void;
  /** Schedules an early inventory report for the configured share of installs. */
  reportAfterInstall(member: Member): void;
  refreshCertificates(member: Member): void;
  setOnline(member: Member, online: boolean | null): void;
  /** Brings a Mac online. From then on, the Mac follows its presence pattern again. */
  appear(member: Member): void;
}

/** Creates the behavior of all Macs. The state is in the members. */
export function createLife(context: LifeContext): Life {
  const { clock, device } = context;
  const { rhythm } = context.options;
  const { checkIn, report } = createReports(context);

  const scheduleCheckIn = (member: Member, inMs: number, trigger: CheckInTrigger) => {
    clock.cancel(member.nextCheckIn);
    member.nextCheckIn = clock.after(inMs, () => {
      if (!context.isDown()) checkIn(member, trigger);
      scheduleCheckIn(member, rhythm.checkIn * member.random.between(0.98, 1.02), 'recurring');
    });
  };

  const setPresence = (member: Member, online: boolean) => {
    const { mac, random } = member;
    if (mac.online === online) return;
    mac.online = online;
    if (!online) {
      clock.cancel(member.nextCheckIn);
      member.nextCheckIn = null;
      device.wentOffline(member);
      return;
    }
    const trigger = random.chance(0.2) ? 'startup' : 'network change';
    scheduleCheckIn(member, rhythm.checkIn * FIRST_CHECK_IN * random.next(), trigger);
    device.cameOnline(member);
    context.cameOnline(member);
  };
  const followPattern = (member: Member) => {
    clock.cancel(member.nextPresence);
    const atMs = clock.rhythmElapsedMs();
    const { online, untilMs } = presenceAt(member.presence, atMs, rhythm.day);
    if (member.override === null) setPresence(member, online);
    // One additional millisecond, so that rounding cannot schedule the check at the current time.
    member.nextPresence = Number.isFinite(untilMs)
      ? clock.after(untilMs - atMs + clock.squeeze, () => followPattern(member))
      : null;
  };

  return {
    begin: (member) => {
      const { mac, presence, random } = member;
      mac.online = member.override ?? presenceAt(presence, clock.rhythmElapsedMs(), rhythm.day).online;
      // A random offset, so that the Macs do not all check in at the same time.
      if (mac.online) scheduleCheckIn(member, rhythm.checkIn * random.next(), 'recurring');
      followPattern(member);
    },
    end: (member) => {
      for (const event of [member.nextCheckIn, member.nextPresence, member.nextInventory]) {
        clock.cancel(event);
      }
      device.wentOffline(member);
    },
    checkIn,
    report,
    reportAfterInstall: (member) => {
      const { share, within } = rhythm.inventoryAfterInstall;
      const early = member.random.chance(share);
      const delayMs = within * member.random.between(0.1, 1);
      if (!early || member.nextInventory) return;
      member.nextInventory = clock.after(delayMs, () => {
        member.nextInventory = null;
        if (member.mac.online && !context.isDown()) report(member);
        else member.inventoryWanted = true;
      });
    },
    refreshCertificates: (member) => {
      member.snapshot = { ...member.snapshot, certificates: takeCertificates(member) };
    },
    setOnline: (member, online) => {
      member.override = online;
      if (online === null) followPattern(member);
      else setPresence(member, online);
    },
    appear: (member) => {
      if (member.override === false) member.override = null;
      setPresence(member, true);
    },
  };
}

/** Creates the check-ins and inventory reports that Macs send to Jamf Pro. */
function createReports(context: LifeContext): Pick<Life, 'checkIn' | 'report'> {
  const { clock, events } = context;
  const { rhythm } = context.options;

  const report = (member: Member) => {
    takeSnapshot(member, clock.now());
    member.inventoryWanted = false;
    const { id: computerId } = member.computer;
    events.emit({ name: 'ComputerInventoryCompleted', at: clock.now(), computerId });
    context.reported(member);
  };
  const inventoryDue = (member: Member) =>
    member.inventoryWanted || (clock.now() - member.computer.reportedAt) * clock.squeeze >= rhythm.inventory;

  const checkIn = (member: Member, trigger: CheckInTrigger) => {
    const at = clock.now();
    const { id: computerId } = member.computer;
    member.computer.lastCheckInAt = at;
    member.computer.lastContactAt = at;
    events.emit({ name: 'ComputerCheckIn', at, computerId, trigger });
    context.contacted(member);
    const other = member.random.chance(0.01);
    const successful = !member.random.chance(0.1);
    if (inventoryDue(member)) {
      const policy = { policyId: INVENTORY_POLICY, successful: true };
      events.emit({ name: 'ComputerPolicyFinished', at, computerId, ...policy });
      report(member);
    }
    if (other) {
      const policy = { policyId: OTHER_POLICY, successful };
      events.emit({ name: 'ComputerPolicyFinished', at, computerId, ...policy });
    }
  };
  return { checkIn, report };
}
