/** One certificate as Jamf Pro inventory reports it. Inventory has no issuer and no profile ID, so only the subject links it to a profile. */
export interface Certificate {
  /** Subject as Jamf Pro prints it, such as `CN=C02X… 5f0c…`. May be malformed or empty. */
  subject: string;
  /** Serial number as reported. A new value means a new certificate. */
  serialNumber: string;
  /** SHA-1 fingerprint as reported, `''` when Jamf Pro reports none. */
  fingerprint: string;
  issuedAt: number | null;
  expiresAt: number | null;
  /** True when the Mac holds the private key. */
  identity: boolean;
  /** False for `INACTIVE`: Jamf Pro no longer sees the certificate on the Mac. */
  active: boolean;
  /** `''` for the system keychain, where a computer-level profile installs its certificate. */
  username: string;
}

/** A configuration profile that inventory lists as installed on a Mac. */
export interface InstalledProfile {
  id: string;
  identifier: string;
  displayName: string;
  installedAt: number | null;
}

/** A Mac as Jamf Pro inventory reports it. Instants are epoch milliseconds. An unknown instant is `null`, an unknown text `''`. */
export interface Computer {
  /** Computer ID in Jamf Pro (`jssID` in webhooks), decimal digits. */
  id: string;
  udid: string;
  serialNumber: string;
  /** Changes at every enrollment. */
  managementId: string;
  name: string;
  username: string;
  realName: string;
  email: string;
  /** `department` and `building` are Jamf Pro IDs: inventory does not report their names. */
  department: string;
  building: string;
  managed: boolean;
  mdmCapable: boolean;
  enrolledAt: number | null;
  /** When the Mac last reported inventory. Certificates and profiles are as of this instant. */
  reportedAt: number | null;
  lastContactAt: number | null;
  /** IDs of the computer groups, static and smart, that the Mac is a member of. */
  groupIds: readonly string[];
  certificates: readonly Certificate[];
  profiles: readonly InstalledProfile[];
}
