import type { Computer, NamedEntry } from '../../../world/model.js';

/** Version of the inventory API. Jamf Pro deprecated v1 to v3 and still serves them. */
export type InventoryVersion = 'v1' | 'v2' | 'v3' | 'v4';

/** Values that are the same for all simulated Macs. */
export const general = { assetTag: '', jamfBinaryVersion: '11.30.0-t1779000000' } as const;
export const hardware = {
  make: 'Apple',
  bleCapable: true,
  supportsIosAppInstalls: true,
  appleSilicon: true,
} as const;
export const operatingSystem = {
  name: 'macOS',
  activeDirectoryStatus: 'Not Bound',
  fileVault2Status: 'ALL_ENCRYPTED',
} as const;
export const security = {
  activationLockEnabled: false,
  recoveryLockEnabled: false,
  firewallEnabled: true,
} as const;

/** The section SECURITY of an inventory record. */
export const securitySection = (): object => ({
  ...security,
  sipStatus: 'ENABLED',
  gatekeeperStatus: 'APP_STORE_AND_IDENTIFIED_DEVELOPERS',
  xprotectVersion: '5300',
  autoLoginDisabled: true,
  remoteDesktopEnabled: false,
  secureBootLevel: 'FULL_SECURITY',
  externalBootLevel: 'NOT_SUPPORTED',
  bootstrapTokenAllowed: true,
  bootstrapTokenEscrowedStatus: 'ESCROWED',
  attestationStatus: 'PENDING',
  lastAttestationAttempt: null,
  lastSuccessfulAttestation: null,
});

/** The section STORAGE of an inventory record: the disk that every Mac has. */
export const storageSection = ({ id, serialNumber }: Computer): object => ({
  bootDriveAvailableSpaceMegabytes: 250_000,
  disks: [
    {
      id: String(id),
      device: 'disk0',
      model: 'APPLE SSD AP0512Z',
      revision: '561.100.',
      serialNumber: `0${serialNumber}`,
      sizeMegabytes: 500_277,
      smartStatus: 'Verified',
      type: 'NO',
      partitions: [
        {
          name: 'Macintosh HD (Boot Partition)',
          sizeMegabytes: 494_384,
          availableMegabytes: 250_000,
          partitionType: 'BOOT',
          percentUsed: 49,
          fileVault2State: 'ENCRYPTED',
          fileVault2ProgressPercent: 100,
          lvmManaged: false,
        },
      ],
    },
  ],
});

/** ID of a department or building as a string; "" if the Mac has none. */
export function idOfName(entries: readonly NamedEntry[], name: string): string {
  const found = name === '' ? undefined : entries.find((entry) => entry.name === name);
  return found ? String(found.id) : '';
}

/** Epoch milliseconds as ISO 8601 without milliseconds. */
export const seconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
const millis = (at: number): string => new Date(at).toISOString();

/**
 * The section GENERAL of an inventory record. Instead of lastContactTime, v4 has lastCheckIn and lastContact. Only
 * the versions before v4 have lastReportedIp.
 */
export function generalSection(computer: Computer, version: InventoryVersion): object {
  const { managed, name, supervised } = computer;
  const contact =
    version === 'v4'
      ? { lastCheckIn: seconds(computer.lastCheckInAt), lastContact: seconds(computer.lastContactAt) }
      : { lastContactTime: seconds(computer.lastContactAt), lastReportedIp: computer.reportedIpV4Address };
  return {
    name,
    lastIpAddress: computer.ipAddress,
    lastReportedIpV4: computer.reportedIpV4Address,
    lastReportedIpV6: '',
    jamfBinaryVersion: general.jamfBinaryVersion,
    platform: 'Mac',
    barcode1: '',
    barcode2: '',
    assetTag: general.assetTag,
    remoteManagement: { managed, managementUsername: '' },
    supervised,
    mdmCapable: { capable: computer.mdmCapable, capableUsers: [], userManagementInfo: [] },
    reportDate: millis(computer.reportedAt),
    ...contact,
    lastCloudBackupDate: null,
    lastEnrolledDate: millis(computer.enrolledAt),
    mdmProfileExpiration: seconds(computer.mdmProfileExpiresAt),
    initialEntryDate: millis(computer.enrolledAt).slice(0, 10),
    distributionPoint: '',
    itunesStoreAccountActive: false,
    enrolledViaAutomatedDeviceEnrollment: supervised,
    userApprovedMdm: managed,
    enrollmentMethod: null,
    declarativeDeviceManagementEnabled: managed,
    lastLoggedInUsernameBinary: null,
    lastLoggedInUsernameBinaryTimestamp: null,
    lastLoggedInUsernameMdm: null,
    lastLoggedInUsernameMdmTimestamp: null,
    lastLoggedInUsernameSelfService: null,
    lastLoggedInUsernameSelfServiceTimestamp: null,
    site: { id: '-1', name: 'None' },
    managementId: computer.managementId,
    extensionAttributes: [],
  };
}

/** The section HARDWARE of an inventory record. */
export const hardwareSection = (computer: Computer): object => ({
  ...hardware,
  model: computer.model,
  modelIdentifier: computer.modelIdentifier,
  serialNumber: computer.serialNumber,
  macAddress: computer.macAddress,
  altMacAddress: computer.alternateMacAddress,
  networkAdapterType: 'IEEE80211',
  altNetworkAdapterType: 'Ethernet',
  processorType: 'Apple M4',
  processorArchitecture: 'arm64',
  processorSpeedMhz: 0,
  processorCount: 1,
  coreCount: 10,
  busSpeedMhz: 0,
  cacheSizeKilobytes: 0,
  totalRamMegabytes: 16384,
  openRamSlots: 0,
  batteryCapacityPercent: 97,
  batteryHealth: 'NORMAL',
  smcVersion: null,
  nicSpeed: 'n/a',
  opticalDrive: null,
  bootRom: '13822.1.2',
  provisioningUdid: null,
  extensionAttributes: [],
});
