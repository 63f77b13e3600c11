/**
 * One certificate as Jamf Pro inventory reports it. Inventory contains no issuer and no profile ID, so only the subject links a
 * certificate to a profile.
 */
export interface Certificate {
  /** Subject as Jamf Pro prints it, such as `CN=C02X… 5f0c…`. May be malformed or empty. */
  subject: string;
  /** Serial number as Jamf Pro reports it. A renewed certificate has a new serial number. */
  serialNumber: string;
  /** SHA-1 fingerprint as Jamf Pro reports it; `''` when it reports none. */
  fingerprint: string;
  issuedAt: number | null;
  expiresAt: number | null;
  /** Whether the Mac has the private key of the certificate. */
  identity: boolean;
  /**
   * False when Jamf Pro reports `INACTIVE`. The state comes from the PKI tables of Jamf Pro and is not reliable for a CA that Jamf Pro
   * does not know. It may mean that the certificate is expired or no longer on the Mac.
   */
  active: boolean;
  /** True when Jamf Pro reports `REVOKED`. Absent otherwise. */
  revoked?: true | undefined;
  /** User of the keychain; `''` for the system keychain, where a computer-level profile installs its certificate. */
  username: string;
}

/** A configuration profile that inventory lists as installed on a Mac. */
export interface InstalledProfile {
  id: string;
  identifier: string;
  displayName: string;
  installedAt: number | null;
}

/** A Mac as Jamf Pro inventory reports it. Times are epoch milliseconds. An unknown time is `null`; an unknown text is `''`. */
export interface Computer {
  /** Computer ID in Jamf Pro (`jssID` in webhooks), decimal digits. */
  id: string;
  udid: string;
  serialNumber: string;
  /** MDM identifier of the enrollment. It changes whenever the Mac enrolls again. */
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
  /** When the Mac last reported inventory. Certificates and profiles are as of this time. */
  reportedAt: number | null;
  lastContactAt: number | null;
  /** IDs of the computer groups, static and smart, that the Mac is a member of. */
  groupIds: readonly string[];
  certificates: readonly Certificate[];
  profiles: readonly InstalledProfile[];
}
