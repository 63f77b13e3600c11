import type { Computer, NamedEntry } from '../../../world/model.js';

/** Version of the inventory API. */
export type InventoryVersion = 'v3' | 'v4';

/** Values that all simulated Macs share. */
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

/** ID of a department or building as a string; "" if the Mac has none. */
export function idOfName(entries: readonly NamedEntry[], name: string): string {
  const found = name === '' ? undefined : entries.find((entry) => entry.name === name);
  return found ? String(found.id) : '';
}

/** Epoch milliseconds as ISO 8601 without milliseconds. */
export const seconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
const millis = (at: number): string => new Date(at).toISOString();

/** Section GENERAL. Instead of lastContactTime, v4 has lastCheckIn and lastContact. v4 has no lastReportedIp. */
export function generalSection(computer: Computer, version: InventoryVersion): object {
  const { managed, name, supervised } = computer;
  const contact =
    version === 'v3'
      ? { lastContactTime: seconds(computer.lastContactAt), lastReportedIp: computer.reportedIpV4Address }
      : { lastCheckIn: seconds(computer.lastCheckInAt), lastContact: seconds(computer.lastContactAt) };
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
    lastEnrolledDate: millis(computer.enrolledAt),
    mdmProfileExpiration: seconds(computer.mdmProfileExpiresAt),
    initialEntryDate: millis(computer.enrolledAt).slice(0, 10),
    distributionPoint: '',
    itunesStoreAccountActive: false,
    enrolledViaAutomatedDeviceEnrollment: supervised,
    userApprovedMdm: managed,
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

/** Section HARDWARE. */
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
  processorCount: 1,
  coreCount: 10,
  totalRamMegabytes: 16384,
  batteryHealth: 'NORMAL',
  extensionAttributes: [],
});
