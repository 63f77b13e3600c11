import type { Computer, Inventory } from '../../../world/model.js';
import type { World } from '../../../world/world.js';
import type { Cluster } from '../../cluster.js';
import {
  generalSection,
  hardwareSection,
  idOfName,
  operatingSystem,
  seconds,
  securitySection,
  storageSection,
  type InventoryVersion,
} from './mac-facts.js';

/** Data for one section. `inventory` computes the inventory of the Mac at the first call only. */
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

/** Sections that the simulated world does not model are empty arrays. */
const empty = () => [];

/** Section name in the query → property name in the response and its content. */
export const SECTIONS: Readonly<Record<string, readonly [property: string, render: Render]>> = {
  GENERAL: ['general', ({ computer, version }) => generalSection(computer, version)],
  DISK_ENCRYPTION: [
    'diskEncryption',
    () => ({
      bootPartitionEncryptionDetails: {
        partitionName: 'Macintosh HD (Boot Partition)',
        partitionFileVault2State: 'ENCRYPTED',
        partitionFileVault2Percent: 100,
      },
      individualRecoveryKeyValidityStatus: 'UNKNOWN',
      institutionalRecoveryKeyPresent: false,
      diskEncryptionConfigurationName: null,
      fileVault2Enabled: true,
      fileVault2EnabledUserNames: [],
      fileVault2EligibilityMessage: null,
    }),
  ],
  PURCHASING: [
    'purchasing',
    () => ({
      leased: false,
      purchased: true,
      poNumber: null,
      poDate: null,
      vendor: null,
      warrantyDate: null,
      appleCareId: null,
      leaseDate: null,
      purchasePrice: null,
      lifeExpectancy: 0,
      purchasingAccount: null,
      purchasingContact: null,
      extensionAttributes: [],
    }),
  ],
  APPLICATIONS: ['applications', empty],
  STORAGE: ['storage', ({ computer }) => storageSection(computer)],
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
  CERTIFICATES: [
    'certificates',
    ({ inventory }) =>
      (inventory()?.certificates ?? []).map((one) => ({
        ...one,
        expirationDate: one.expirationDate ?? null,
        issuedDate: one.issuedDate ?? null,
      })),
  ],
  ATTACHMENTS: ['attachments', empty],
  PACKAGE_RECEIPTS: [
    'packageReceipts',
    () => ({ installedByJamfPro: [], installedByInstallerSwu: [], cached: [] }),
  ],
  SECURITY: ['security', securitySection],
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

/** Sections that exist in v1 and v2 only. */
export const OLD_SECTIONS: Readonly<Record<string, readonly [property: string, render: Render]>> = {
  PLUGINS: ['plugins', empty],
  FONTS: ['fonts', empty],
};

/** The section GROUP_MEMBERSHIPS of an inventory record, as a cluster node sees it. */
export function membershipSection(cluster: Cluster, node: number, id: number): object[] {
  return cluster
    .groupsOf(node, id)
    .map((group) => ({
      groupId: String(group.id),
      groupName: group.name,
      groupDescription: group.description,
      smartGroup: group.smart,
    }));
}
