import type { Computer, Inventory, NamedEntry } from '../../world/model.js';
import type { World } from '../../world/world.js';
import type { Cluster } from '../cluster.js';

export type InventoryVersion = 'v3' | 'v4';

/** What all Macs of the pretend fleet have in common. */
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

/** Id of a department or building as a string; "" when the Mac has none. */
export function idOfName(entries: readonly NamedEntry[], name: string): string {
  const found = name === '' ? undefined : entries.find((entry) => entry.name === name);
  return found ? String(found.id) : '';
}

const seconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
const millis = (at: number): string => new Date(at).toISOString();

/** GENERAL. v4 has lastCheckIn and lastContact where v3 has lastContactTime, and no lastReportedIp. */
function generalSection(computer: Computer, version: InventoryVersion): object {
  const { managed, name, supervised } = computer;
  const contact =
    version === 'v3'
      ? {
          lastContactTime: seconds(computer.lastContactAt),
          lastReportedIp: computer.reportedIpV4Address,
        }
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

const hardwareSection = (computer: Computer): object => ({
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

/** What a section is made of; the inventory is worked out once a Mac, and only when a section needs it. */
interface SectionSource {
  world: World;
  computer: Computer;
  version: InventoryVersion;
  inventory: () => Inventory | undefined;
}

type Render = (source: SectionSource) => unknown;

const ownerSection = ({ world, computer: { owner } }: SectionSource): object => ({
  username: owner.username,
  realname: owner.realName,
  email: owner.email,
  position: owner.position,
  phone: owner.phone,
  departmentId: idOfName(world.departments, owner.department),
  buildingId: idOfName(world.buildings, owner.building),
  room: owner.room,
  extensionAttributes: [],
});

/** Sections that the world says nothing of are empty, in the shape of their schema. */
const empty = () => [];

/** Name of the section in the query → property in the answer and what is in it. */
export const SECTIONS: Readonly<Record<string, readonly [property: string, render: Render]>> = {
  GENERAL: ['general', ({ computer, version }) => generalSection(computer, version)],
  DISK_ENCRYPTION: [
    'diskEncryption',
    () => ({
      fileVault2Enabled: true,
      fileVault2EnabledUserNames: [],
      institutionalRecoveryKeyPresent: false,
    }),
  ],
  PURCHASING: [
    'purchasing',
    () => ({ leased: false, purchased: true, lifeExpectancy: 0, extensionAttributes: [] }),
  ],
  APPLICATIONS: ['applications', empty],
  STORAGE: ['storage', () => ({ bootDriveAvailableSpaceMegabytes: 250_000, disks: [] })],
  USER_AND_LOCATION: ['userAndLocation', ownerSection],
  CONFIGURATION_PROFILES: [
    'configurationProfiles',
    ({ inventory }) =>
      (inventory()?.configurationProfiles ?? []).map((profile) => ({
        id: String(profile.id),
        username: profile.username,
        lastInstalled: seconds(profile.lastInstalledAt),
        removable: profile.removable,
        displayName: profile.displayName,
        profileIdentifier: profile.profileIdentifier,
        uuid: profile.uuid,
      })),
  ],
  PRINTERS: ['printers', empty],
  SERVICES: ['services', empty],
  HARDWARE: ['hardware', ({ computer }) => hardwareSection(computer)],
  LOCAL_USER_ACCOUNTS: ['localUserAccounts', empty],
  CERTIFICATES: ['certificates', ({ inventory }) => inventory()?.certificates ?? []],
  ATTACHMENTS: ['attachments', empty],
  PACKAGE_RECEIPTS: [
    'packageReceipts',
    () => ({ installedByJamfPro: [], installedByInstallerSwu: [], cached: [] }),
  ],
  SECURITY: ['security', () => ({ ...security, sipStatus: 'ENABLED', secureBootLevel: 'FULL_SECURITY' })],
  OPERATING_SYSTEM: [
    'operatingSystem',
    ({ computer: { osVersion, osBuild } }) => ({
      ...operatingSystem,
      version: osVersion,
      build: osBuild,
      supplementalBuildVersion: osBuild,
      rapidSecurityResponse: '',
      softwareUpdateDeviceId: '',
      extensionAttributes: [],
    }),
  ],
  LICENSED_SOFTWARE: ['licensedSoftware', empty],
  IBEACONS: ['ibeacons', empty],
  SOFTWARE_UPDATES: ['softwareUpdates', empty],
  EXTENSION_ATTRIBUTES: ['extensionAttributes', empty],
  CONTENT_CACHING: ['contentCaching', () => ({ activated: false, active: false, alerts: [], parents: [] })],
};

/** GROUP_MEMBERSHIPS, as a node of the cluster knows them. */
export function membershipSection(cluster: Cluster, node: number, id: number): object[] {
  return cluster.groupsOf(node, id).map((group) => ({
    groupId: String(group.id),
    groupName: group.name,
    groupDescription: group.description,
    smartGroup: group.smart,
  }));
}
