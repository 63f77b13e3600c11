/** One certificate as Jamf's inventory reports it. Inventory carries no issuer and no profile id: the subject is the only link. */
export interface Certificate {
  /** Subject as Jamf prints it, such as `CN=C02X… 5f0c…`. May be junk or empty. */
  subject: string;
  /** Serial number as reported; a new value means a new certificate. */
  serialNumber: string;
  /** SHA-1 fingerprint as reported, `''` when Jamf gave none. */
  fingerprint: string;
  issuedAt: number | null;
  expiresAt: number | null;
  /** True when the Mac holds the private key. */
  identity: boolean;
  /** INACTIVE: no longer seen on the Mac. */
  active: boolean;
  /** `''` is the system keychain, where a computer-level profile installs. */
  username: string;
}

/** A configuration profile that inventory shows on a Mac. */
export interface InstalledProfile {
  id: string;
  identifier: string;
  displayName: string;
  installedAt: number | null;
}

/** What is known of a Mac from Jamf's inventory. Instants are epoch milliseconds, `null` when unknown, texts `''` when unknown. */
export interface Computer {
  /** Computer id in Jamf Pro (`jssID` in webhooks), decimal digits. */
  id: string;
  udid: string;
  serialNumber: string;
  /** Changes at every enrolment. */
  managementId: string;
  name: string;
  username: string;
  realName: string;
  email: string;
  /** Jamf ids: inventory reports no names of departments and buildings. */
  department: string;
  building: string;
  managed: boolean;
  mdmCapable: boolean;
  enrolledAt: number | null;
  /** When the Mac last reported inventory: certificates and profiles are as old as this. */
  reportedAt: number | null;
  lastContactAt: number | null;
  /** Ids of the computer groups, static and smart, that it is in. */
  groupIds: readonly string[];
  certificates: readonly Certificate[];
  profiles: readonly InstalledProfile[];
}
