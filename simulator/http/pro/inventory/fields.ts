import type { Computer } from '../../../world/model.js';
import type { World } from '../../../world/world.js';
import type { Field, Fields } from '../../rsql/evaluate.js';
import {
  general,
  hardware,
  idOfName,
  operatingSystem,
  security,
  type InventoryVersion,
} from './mac-facts.js';

type ComputerField = Field<Computer>;

const text = (read: ComputerField['read']): ComputerField => ({ type: 'text', read });
const flag = (read: ComputerField['read']): ComputerField => ({ type: 'boolean', read });
const instant = (read: ComputerField['read']): ComputerField => ({ type: 'instant', read });

/**
 * Fields that a filter of the inventory can use. Certificates, profiles and memberships have no filter fields.
 * Source: OpenAPI description of Jamf Pro 11.30.1, `filter` of /v3 and /v4/computers-inventory.
 */
export function filterFields(world: World, version: InventoryVersion): Fields<Computer> {
  const common: Record<string, ComputerField> = {
    id: { type: 'id', read: ({ id }) => id },
    udid: text(({ udid }) => udid),
    'general.name': text(({ name }) => name),
    'general.assetTag': text(() => general.assetTag),
    'general.barcode1': text(() => ''),
    'general.barcode2': text(() => ''),
    'general.enrolledViaAutomatedDeviceEnrollment': flag(({ supervised }) => supervised),
    'general.lastIpAddress': text(({ ipAddress }) => ipAddress),
    'general.itunesStoreAccountActive': flag(() => false),
    'general.jamfBinaryVersion': text(() => general.jamfBinaryVersion),
    'general.lastEnrolledDate': instant(({ enrolledAt }) => enrolledAt),
    'general.lastCloudBackupDate': instant(() => null),
    'general.reportDate': instant(({ reportedAt }) => reportedAt),
    'general.lastReportedIp': text(({ reportedIpV4Address }) => reportedIpV4Address),
    'general.lastReportedIpV4': text(({ reportedIpV4Address }) => reportedIpV4Address),
    'general.lastReportedIpV6': text(() => ''),
    'general.managementId': text(({ managementId }) => managementId),
    'general.remoteManagement.managed': flag(({ managed }) => managed),
    'general.mdmCapable.capable': flag(({ mdmCapable }) => mdmCapable),
    'general.mdmCertificateExpiration': instant(({ mdmProfileExpiresAt }) => mdmProfileExpiresAt),
    'general.platform': text(() => 'Mac'),
    'general.supervised': flag(({ supervised }) => supervised),
    'general.userApprovedMdm': flag(({ managed }) => managed),
    'general.declarativeDeviceManagementEnabled': flag(({ managed }) => managed),
    'general.lastLoggedInUsernameSelfService': text(() => null),
    'general.lastLoggedInUsernameSelfServiceTimestamp': instant(() => null),
    'general.lastLoggedInUsernameBinary': text(() => null),
    'general.lastLoggedInUsernameBinaryTimestamp': instant(() => null),
    'general.lastLoggedInUsernameMdm': text(() => null),
    'general.lastLoggedInUsernameMdmTimestamp': instant(() => null),
    'hardware.bleCapable': flag(() => hardware.bleCapable),
    'hardware.macAddress': text(({ macAddress }) => macAddress),
    'hardware.make': text(() => hardware.make),
    'hardware.model': text(({ model }) => model),
    'hardware.modelIdentifier': text(({ modelIdentifier }) => modelIdentifier),
    'hardware.serialNumber': text(({ serialNumber }) => serialNumber),
    'hardware.supportsIosAppInstalls': flag(() => hardware.supportsIosAppInstalls),
    'hardware.appleSilicon': flag(() => hardware.appleSilicon),
    'operatingSystem.activeDirectoryStatus': text(() => operatingSystem.activeDirectoryStatus),
    'operatingSystem.fileVault2Status': text(() => operatingSystem.fileVault2Status),
    'operatingSystem.build': text(({ osBuild }) => osBuild),
    'operatingSystem.supplementalBuildVersion': text(() => ''),
    'operatingSystem.rapidSecurityResponse': text(() => ''),
    'operatingSystem.name': text(() => operatingSystem.name),
    'operatingSystem.version': text(({ osVersion }) => osVersion),
    'security.activationLockEnabled': flag(() => security.activationLockEnabled),
    'security.recoveryLockEnabled': flag(() => security.recoveryLockEnabled),
    'security.firewallEnabled': flag(() => security.firewallEnabled),
    'userAndLocation.buildingId': text(({ owner }) => idOfName(world.buildings, owner.building)),
    'userAndLocation.departmentId': text(({ owner }) => idOfName(world.departments, owner.department)),
    'userAndLocation.email': text(({ owner }) => owner.email),
    'userAndLocation.realname': text(({ owner }) => owner.realName),
    'userAndLocation.phone': text(({ owner }) => owner.phone),
    'userAndLocation.position': text(({ owner }) => owner.position),
    'userAndLocation.room': text(({ owner }) => owner.room),
    'userAndLocation.username': text(({ owner }) => owner.username),
    'diskEncryption.fileVault2Enabled': flag(() => true),
    'purchasing.appleCareId': text(() => ''),
    'purchasing.lifeExpectancy': { type: 'number', read: () => 0 },
    'purchasing.purchased': flag(() => true),
    'purchasing.leased': flag(() => false),
    'purchasing.vendor': text(() => ''),
    'purchasing.warrantyDate': instant(() => null),
  };
  const contact = ({ lastContactAt }: Computer) => lastContactAt;
  return version === 'v4'
    ? {
        ...common,
        'general.lastCheckIn': instant(({ lastCheckInAt }) => lastCheckInAt),
        'general.lastContact': instant(contact),
      }
    : { ...common, 'general.lastContactTime': instant(contact) };
}

const SORTABLE = [
  'general.name',
  'udid',
  'id',
  'general.assetTag',
  'general.jamfBinaryVersion',
  'general.lastContactTime',
  'general.lastCheckIn',
  'general.lastContact',
  'general.lastEnrolledDate',
  'general.lastCloudBackupDate',
  'general.reportDate',
  'general.mdmCertificateExpiration',
  'general.platform',
  'hardware.make',
  'hardware.model',
  'operatingSystem.build',
  'operatingSystem.supplementalBuildVersion',
  'operatingSystem.rapidSecurityResponse',
  'operatingSystem.name',
  'operatingSystem.version',
  'userAndLocation.realname',
  'purchasing.lifeExpectancy',
  'purchasing.warrantyDate',
];

/** The filter fields that can also be sort fields. */
export function sortFields(fields: Fields<Computer>): Fields<Computer> {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([name]) => SORTABLE.includes(name) || name.startsWith('general.lastLoggedIn'),
    ),
  );
}
