/** The Macs: as Jamf's database knows them, and as they are. Instants are epoch milliseconds, `…At`. */

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

/** A department or a building. */
export interface NamedEntry {
  readonly id: number;
  readonly name: string;
}
