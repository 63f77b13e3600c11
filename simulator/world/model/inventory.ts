/** What Jamf knows of a Mac since its last report. Instants are epoch milliseconds, `…At`. */

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
