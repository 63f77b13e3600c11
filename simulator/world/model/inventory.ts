/** The inventory of a Mac in Jamf Pro. Times are epoch milliseconds (`…At`). */

/** A certificate in inventory. Missing dates are omitted. */
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

/** A profile in inventory. */
interface InventoryProfile {
  id: number;
  username: string;
  lastInstalledAt: number;
  removable: boolean;
  displayName: string;
  profileIdentifier: string;
  uuid: string;
}

/** The last inventory report. It does not change until the next report. */
export interface Inventory {
  reportedAt: number;
  certificates: InventoryCertificate[];
  configurationProfiles: InventoryProfile[];
}
