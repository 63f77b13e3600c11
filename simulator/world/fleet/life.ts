import type { SimulatorOptions } from '../../options.js';
import type { Clock } from '../clock.js';
import type { Events } from '../events.js';
import { takeCertificates, takeSnapshot } from '../inventory/snapshot.js';
import type { Device } from '../mdm/device.js';
import type { CheckInTrigger } from '../webhook-model.js';
import type { Member } from './member.js';
import { presenceAt } from './presence.js';

/** The policy that has a Mac report inventory, and one that does something else. */
const INVENTORY_POLICY = 2;
const OTHER_POLICY = 7;
/** How soon after it came online a Mac checks in, as a share of the check-in rhythm. */
const FIRST_CHECK_IN = 0.05;

/** What the life of a Mac needs of the rest of the world. */
export interface LifeContext {
  options: SimulatorOptions;
  clock: Clock;
  events: Events;
  device: Device;
  isDown(): boolean;
  /** The Mac has checked in: Jamf sends again what was flushed. */
  contacted(member: Member): void;
  /** Jamf knows more of the Mac: smart groups and its own redistribution follow. */
  reported(member: Member): void;
}

/** Coming and going, check-ins and inventory of all Macs. */
export interface Life {
  /** Begins the life of a Mac: presence now, and all that follows from it. */
  begin(member: Member): void;
  end(member: Member): void;
  checkIn(member: Member, trigger: CheckInTrigger): void;
  report(member: Member): void;
  /** Inventory follows an install soon, for the share of the Macs that the options say. */
  reportAfterInstall(member: Member): void;
  refreshCertificates(member: Member): void;
  setOnline(member: Member, online: boolean | null): void;
  /** Has a Mac come online, from where its pattern goes on. */
  appear(member: Member): void;
}

/** The life that all Macs share; what differs is in each member. */
export function createLife(context: LifeContext): Life {
  const { clock, events, device, options } = context;
  const { rhythm } = options;

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
  const scheduleCheckIn = (member: Member, inMs: number, trigger: CheckInTrigger) => {
    clock.cancel(member.nextCheckIn);
    member.nextCheckIn = clock.after(inMs, () => {
      if (!context.isDown()) checkIn(member, trigger);
      scheduleCheckIn(member, rhythm.checkIn * member.random.between(0.98, 1.02), 'recurring');
    });
  };

  const comeOrGo = (member: Member, online: boolean) => {
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
  };
  const followPattern = (member: Member) => {
    clock.cancel(member.nextPresence);
    const atMs = clock.rhythmElapsedMs();
    const { online, untilMs } = presenceAt(member.presence, atMs, rhythm.day);
    if (member.override === null) comeOrGo(member, online);
    // One more millisecond, so that rounding cannot make it look again at the same moment.
    member.nextPresence = Number.isFinite(untilMs)
      ? clock.after(untilMs - atMs + clock.squeeze, () => followPattern(member))
      : null;
  };

  return {
    begin: (member) => {
      const { mac, presence, random } = member;
      mac.online = member.override ?? presenceAt(presence, clock.rhythmElapsedMs(), rhythm.day).online;
      // Somewhere in the middle of its rhythm: a fleet does not check in at one moment.
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
      const soon = member.random.chance(share);
      const delayMs = within * member.random.between(0.1, 1);
      if (!soon || member.nextInventory) return;
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
      else comeOrGo(member, online);
    },
    appear: (member) => {
      if (member.override === false) member.override = null;
      comeOrGo(member, true);
    },
  };
}
