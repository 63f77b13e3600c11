import type { Computer, Inventory } from '../../../world/model.js';
import type { World } from '../../../world/world.js';
import type { Cluster } from '../../cluster.js';
import {
  generalSection,
  hardwareSection,
  idOfName,
  operatingSystem,
  seconds,
  security,
  type InventoryVersion,
} from './mac-facts.js';

/** Input of a section. `inventory` computes the inventory of the Mac at the first call only. */
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

/** Section GROUP_MEMBERSHIPS as a node of the cluster sees it. */
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
