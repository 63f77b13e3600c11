import type { Scheduled } from '../clock.js';
import type {
  Command,
  Computer,
  InstalledProfile,
  KeychainCertificate,
  Mac,
  StatusReport,
} from '../model.js';
import type { Random } from '../random.js';
import type { Presence } from './presence.js';

/** The last inventory report in Jamf Pro. */
export interface Snapshot {
  reportedAt: number;
  /** Inactive: present in an earlier report but not in the last one. */
  certificates: { certificate: KeychainCertificate; active: boolean }[];
  profiles: InstalledProfile[];
}

/** The complete state of a Mac: its record in Jamf Pro, the Mac itself, and its scheduled events. */
export interface Member {
  readonly computer: Computer;
  readonly mac: Mac;
  readonly presence: Presence;
  /** Random stream of this Mac, which does not depend on other Macs. */
  readonly random: Random;
  /** Overrides the presence pattern of the Mac; `null` when it is not overridden. */
  override: boolean | null;
  snapshot: Snapshot;
  /** IDs of profiles whose command was flushed. Jamf Pro evaluates them again at the next contact. */
  readonly flushed: Set<number>;
  /**
   * First Okta certificate of the Mac, issued before the simulation starts. Simulated leftovers in inventory have
   * the same subject.
   */
  origin: KeychainCertificate | null;
  /** Serial numbers for which Jamf Pro has already redistributed a profile, which it does once per certificate. */
  readonly redistributed: Set<string>;
  /** Number of certificates of this Mac so far. It is part of the seed of the next serial number. */
  issued: number;
  nextCheckIn: Scheduled | null;
  nextPresence: Scheduled | null;
  nextInventory: Scheduled | null;
  /** Whether an early inventory report was due while the Mac was offline or Jamf Pro was down. */
  inventoryWanted: boolean;
  /** Pending MDM commands, oldest first. */
  queue: Command[];
  /** The command that the Mac is executing. Jamf Pro can no longer withdraw it. */
  busy: Command | null;
  /** Scheduled event of the MDM client: a push or a command in progress; `waiting`: the next fetch after NotNow or downtime. */
  mdm: { event: Scheduled; waiting: boolean } | null;
  /** The last declarative status report; `null` if the Mac does not report its status. */
  status: StatusReport | null;
  /** Whether a status report was due while the Mac was offline or Jamf Pro was down. */
  statusWanted: boolean;
  /** True after the record was deleted. */
  gone: boolean;
}

/** Creates a member without certificates, profiles, inventory and scheduled events. */
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
    status: null,
    statusWanted: false,
    gone: false,
  };
}
