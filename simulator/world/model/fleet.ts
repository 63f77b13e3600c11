/** Macs: their records in Jamf Pro and their actual state. Times are epoch milliseconds (`…At`). */

/** Presence pattern of a Mac. */
export type OnlinePattern = 'always' | 'office-hours' | 'laptop' | 'away';

/** The user assigned to a Mac in Jamf Pro. Any field may be empty. */
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

/** The computer record of a Mac in Jamf Pro. Certificates and profiles are in `World.inventoryOf`. */
export interface Computer {
  readonly id: number;
  readonly udid: string;
  readonly serialNumber: string;
  /** Changes when the Mac is enrolled again. */
  managementId: string;
  /** Name of the Mac as of the last inventory report. */
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
  /** Time of the last check-in of the Jamf binary. */
  lastCheckInAt: number;
  /** Time of the last contact of any kind, MDM included. */
  lastContactAt: number;
  /** Time of the last inventory report, and so of the certificate data. */
  reportedAt: number;
}

/** A certificate in the keychain of a Mac. */
export interface KeychainCertificate {
  /** ID of the profile with the SCEP payload. */
  profileId: number;
  commonName: string;
  subjectName: string;
  /** Decimal, as inventory of Jamf Pro shows it. */
  serialNumber: string;
  sha1Fingerprint: string;
  issuedAt: number;
  expiresAt: number;
  /** User of the keychain; empty for the system keychain. */
  username: string;
}

/** A profile that is installed on a Mac. */
export interface InstalledProfile {
  profileId: number;
  displayName: string;
  identifier: string;
  uuid: string;
  username: string;
  installedAt: number;
}

/** The actual state of a Mac, which may differ from the data in Jamf Pro. */
export interface Mac {
  readonly id: number;
  name: string;
  online: boolean;
  pattern: OnlinePattern;
  keychain: KeychainCertificate[];
  profiles: InstalledProfile[];
  /** True for the Macs that the options define as due or expired. */
  due: boolean;
}

/** A department or a building. */
export interface NamedEntry {
  readonly id: number;
  readonly name: string;
}
