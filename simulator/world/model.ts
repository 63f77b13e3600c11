/** Types of all that the world stores. Instants are epoch milliseconds, `…At`. */

/** How a Mac comes and goes. */
export type OnlinePattern = 'always' | 'office-hours' | 'laptop' | 'away';

/** The person whom Jamf has assigned to a Mac. Any field may be empty. */
export interface Owner {
  username: string;
  realName: string;
  email: string;
  position: string;
  phone: string;
  /** Name of one of `World.departments`, or empty. */
  department: string;
  /** Name of one of `World.buildings`, or empty. */
  building: string;
  room: string;
}

/** A Mac as Jamf's database knows it. Certificates and profiles come from `World.inventoryOf`. */
export interface Computer {
  readonly id: number;
  readonly udid: string;
  readonly serialNumber: string;
  /** Changes when the Mac enrols again. */
  managementId: string;
  /** As of the last inventory report. */
  name: string;
  owner: Owner;
  model: string;
  modelIdentifier: string;
  osVersion: string;
  osBuild: string;
  macAddress: string;
  alternateMacAddress: string;
  ipAddress: string;
  reportedIpV4Address: string;
  enrolledAt: number;
  mdmProfileExpiresAt: number;
  managed: boolean;
  mdmCapable: boolean;
  supervised: boolean;
  /** Last check-in of the Jamf binary. */
  lastCheckInAt: number;
  /** Last contact of any kind, MDM included. */
  lastContactAt: number;
  /** Last inventory report: what Jamf knows of certificates is as old as this. */
  reportedAt: number;
}

/** A certificate in the keychain of a Mac. */
export interface KeychainCertificate {
  /** The profile that brought it. */
  profileId: number;
  commonName: string;
  subjectName: string;
  /** Lower-case hex without leading zeros. */
  serialNumber: string;
  sha1Fingerprint: string;
  issuedAt: number;
  expiresAt: number;
  /** Empty: system keychain. */
  username: string;
}

/** A profile as it is on a Mac. */
export interface InstalledProfile {
  profileId: number;
  displayName: string;
  identifier: string;
  uuid: string;
  username: string;
  installedAt: number;
}

/** The Mac itself: what is true there, whatever Jamf knows of it. */
export interface Mac {
  readonly id: number;
  name: string;
  online: boolean;
  pattern: OnlinePattern;
  keychain: KeychainCertificate[];
  profiles: InstalledProfile[];
  /** True for the Macs that the options made due or expired. */
  due: boolean;
}

/** A certificate as Jamf's inventory shows it, junk included. Dates that it lacks are left out. */
export interface InventoryCertificate {
  commonName: string;
  identity: boolean;
  /** ISO 8601 without milliseconds. */
  expirationDate?: string;
  username: string;
  lifecycleStatus: 'ACTIVE' | 'INACTIVE';
  certificateStatus: 'EXPIRING' | 'EXPIRED' | 'ISSUED';
  subjectName: string;
  serialNumber: string;
  sha1Fingerprint: string;
  issuedDate?: string;
}

/** A profile as Jamf's inventory shows it. */
interface InventoryProfile {
  id: number;
  username: string;
  lastInstalledAt: number;
  removable: boolean;
  displayName: string;
  profileIdentifier: string;
  uuid: string;
}

/** What Jamf knows since the last inventory report; it does not change before the next. */
export interface Inventory {
  reportedAt: number;
  certificates: InventoryCertificate[];
  configurationProfiles: InventoryProfile[];
}

/** A criterion of a smart group, in Jamf's words. */
export interface SmartGroupCriterion {
  name: string;
  priority: number;
  andOr: 'and' | 'or';
  searchType: string;
  value: string;
}

/** A computer group. Members of a smart group follow from its criteria. */
export interface ComputerGroup {
  readonly id: number;
  name: string;
  description: string;
  readonly smart: boolean;
  readonly criteria: readonly SmartGroupCriterion[];
  readonly members: ReadonlySet<number>;
}

/** Targets or exclusions of a profile. */
export interface ScopeTargets {
  computers: number[];
  computerGroups: number[];
  /** Ids of `World.departments`. */
  departments: number[];
  /** Ids of `World.buildings`. */
  buildings: number[];
}

/** The scope of a profile: all or targets, less the exclusions. */
export interface Scope extends ScopeTargets {
  allComputers: boolean;
  exclusions: ScopeTargets;
}

/** What a SCEP payload says; the challenge stands in it in clear, as in the real one. */
export interface ScepSettings {
  url: string;
  name: string;
  /** `CN=…` with Jamf's variables in it. */
  subject: string;
  challenge: string;
  keySize: number;
}

/** A macOS configuration profile. */
export interface Profile {
  readonly id: number;
  name: string;
  description: string;
  /** As Jamf reads it back; it is written `Computer` or `User`. */
  level: 'System' | 'User';
  distributionMethod: 'Install Automatically' | 'Make Available in Self Service';
  userRemovable: boolean;
  /** The profile's uuid, also its PayloadIdentifier and PayloadUUID. */
  uuid: string;
  /** The plist, not escaped. */
  payloads: string;
  /** What its SCEP payload says, if it has one. */
  scep: ScepSettings | null;
  /** Jamf's own Redistribute Profile, in days; 0 is off. No API shows it for macOS. */
  redistributeDays: number;
  scope: Scope;
}

export type CommandType =
  | 'INSTALL_PROFILE'
  | 'REMOVE_PROFILE'
  | 'CERTIFICATE_LIST'
  | 'PROFILE_LIST'
  | 'DEVICE_INFORMATION'
  | 'DECLARATIVE_MANAGEMENT'
  | 'BLANK_PUSH'
  | (string & {});

export type CommandState = 'PENDING' | 'ACKNOWLEDGED' | 'NOT_NOW' | 'ERROR';

export interface CommandError {
  errorCode: number;
  errorDomain: string;
  errorLocalizedDescription: string;
  errorEnglishDescription: string;
}

/** An MDM command in the queue or in the history of a Mac. */
export interface Command {
  readonly uuid: string;
  readonly type: CommandType;
  readonly computerId: number;
  readonly managementId: string;
  readonly profileId: number | null;
  readonly sentAt: number;
  /** True when the Mac had the profile already: Jamf then adds the identifier to the subject. */
  readonly redistribution: boolean;
  lastPushAt: number;
  completedAt: number | null;
  state: CommandState;
  error: CommandError | null;
}

/** Commands of one Mac as the computer history groups them. */
export interface CommandHistory {
  completed: Command[];
  pending: Command[];
  failed: Command[];
}

export type IssuanceOutcome =
  'issued' | 'rate-limited' | 'wrong-challenge' | 'subject-too-long' | 'renewal-refused' | 'failed';

/** A line in the log of the CA. */
export interface Issuance {
  at: number;
  outcome: IssuanceOutcome;
  computerId: number;
  profileId: number;
  subject: string;
  /** Of the issued certificate, else null. */
  serialNumber: string | null;
  notAfterAt: number | null;
}

export interface NamedEntry {
  readonly id: number;
  readonly name: string;
}
