import type { Scheduled } from '../clock.js';
import type { Command, Computer, InstalledProfile, KeychainCertificate, Mac } from '../model.js';
import type { Random } from '../random.js';
import type { Presence } from './presence.js';

/** What Jamf took down at the last inventory report. */
export interface Snapshot {
  reportedAt: number;
  /** Inactive: was there at an earlier report and is no more. */
  certificates: { certificate: KeychainCertificate; active: boolean }[];
  profiles: InstalledProfile[];
}

/** All that the world holds of one Mac: Jamf's record, the Mac itself, and what is scheduled for it. */
export interface Member {
  readonly computer: Computer;
  readonly mac: Mac;
  readonly presence: Presence;
  /** Its own stream of luck: what befalls other Macs does not change it. */
  readonly random: Random;
  /** A hand's override of the pattern. */
  override: boolean | null;
  snapshot: Snapshot;
  /** Profiles whose command was flushed: Jamf looks at them again at the next contact. */
  readonly flushed: Set<number>;
  /** The first of its Okta certificates, from before the world began: leftovers look like it. */
  origin: KeychainCertificate | null;
  /** Serial numbers that Jamf's own redistribution has acted on: it does so once. */
  readonly redistributed: Set<string>;
  /** Issuances so far: makes serial numbers repeatable. */
  issued: number;
  nextCheckIn: Scheduled | null;
  nextPresence: Scheduled | null;
  nextInventory: Scheduled | null;
  /** Inventory should follow an install, and the Mac was offline when its time came. */
  inventoryWanted: boolean;
  /** MDM commands not done yet, oldest first. */
  queue: Command[];
  /** What the Mac is carrying out: Jamf can no longer call it back. */
  busy: Command | null;
  /** The push under way, or what the Mac is busy with; `waiting`: it only waits to ask again. */
  mdm: { event: Scheduled; waiting: boolean } | null;
  gone: boolean;
}

/** A member whose Mac has just been made: nothing scheduled, nothing reported. */
export function createMember(computer: Computer, presence: Presence, random: Random, due: boolean): Member {
  return {
    computer,
    mac: {
      id: computer.id,
      name: computer.name,
      online: false,
      pattern: presence.pattern,
      keychain: [],
      profiles: [],
      due,
    },
    presence,
    random,
    override: null,
    snapshot: { reportedAt: computer.reportedAt, certificates: [], profiles: [] },
    flushed: new Set(),
    origin: null,
    redistributed: new Set(),
    issued: 0,
    nextCheckIn: null,
    nextPresence: null,
    nextInventory: null,
    inventoryWanted: false,
    queue: [],
    busy: null,
    mdm: null,
    gone: false,
  };
}
