import type { Computer, InventoryCertificate } from '../../world/model.js';
import type { ClassicObject } from '../render/classic.js';
import { localTime, utc } from './read.js';

const JAMF_VERSION = '11.30.0-t1779000000';

/** A time with the suffixes of the Classic API. With `local`, the element without a suffix is included, too. */
const times = (name: string, at: number, local: boolean): ClassicObject => ({
  ...(local ? { [name]: localTime(at) } : {}),
  [`${name}_epoch`]: at,
  [`${name}_utc`]: utc(at),
});

/** The subset General of a computer record. Source: recorded responses of Jamf Pro servers from 10.28 to 10.50. */
export const general = (computer: Computer): ClassicObject => ({
  id: computer.id,
  name: computer.name,
  network_adapter_type: 'IEEE80211',
  mac_address: computer.macAddress,
  alt_network_adapter_type: 'Ethernet',
  alt_mac_address: computer.alternateMacAddress,
  ip_address: computer.ipAddress,
  last_reported_ip: computer.reportedIpV4Address,
  last_reported_ip_v4: computer.reportedIpV4Address,
  last_reported_ip_v6: '',
  serial_number: computer.serialNumber,
  udid: computer.udid,
  jamf_version: JAMF_VERSION,
  platform: 'Mac',
  barcode_1: '',
  barcode_2: '',
  asset_tag: '',
  remote_management: { managed: computer.managed, management_username: '' },
  supervised: computer.supervised,
  mdm_capable: computer.mdmCapable,
  mdm_capable_users:
    computer.mdmCapable && computer.owner.username !== ''
      ? { mdm_capable_user: computer.owner.username }
      : {},
  management_status: {
    enrolled_via_dep: computer.supervised,
    user_approved_enrollment: computer.managed,
    user_approved_mdm: computer.managed,
  },
  ...times('report_date', computer.reportedAt, true),
  ...times('last_contact_time', computer.lastCheckInAt, true),
  ...times('initial_entry_date', computer.enrolledAt, false),
  initial_entry_date: localTime(computer.enrolledAt).slice(0, 10),
  last_cloud_backup_date_epoch: 0,
  last_cloud_backup_date_utc: '',
  ...times('last_enrolled_date', computer.enrolledAt, false),
  ...times('mdm_profile_expiration', computer.mdmProfileExpiresAt, false),
  distribution_point: '',
  sus: '',
  site: { id: -1, name: 'None' },
  itunes_store_account_is_active: false,
});

/** The subset Location of a computer record. */
export const location = ({ owner }: Computer): ClassicObject => ({
  username: owner.username,
  realname: owner.realName,
  real_name: owner.realName,
  email_address: owner.email,
  position: owner.position,
  phone: owner.phone,
  phone_number: owner.phone,
  department: owner.department,
  building: owner.building,
  room: owner.room,
});

/** An entry of `/computers/subset/basic`, the only subset of the list. */
export const basic = (computer: Computer): ClassicObject => ({
  id: computer.id,
  name: computer.name,
  managed: computer.managed,
  username: computer.owner.username,
  model: computer.model,
  department: computer.owner.department,
  building: computer.owner.building,
  mac_address: computer.macAddress,
  udid: computer.udid,
  serial_number: computer.serialNumber,
  ...times('report_date', computer.reportedAt, false),
});

/** An entry in the response of `/computers/match/…`. */
export const matched = (computer: Computer): ClassicObject => ({
  id: computer.id,
  name: computer.name,
  udid: computer.udid,
  serial_number: computer.serialNumber,
  mac_address: computer.macAddress,
  alt_mac_address: computer.alternateMacAddress,
  asset_tag: '',
  bar_code_1: '',
  bar_code_2: '',
  username: computer.owner.username,
  realname: computer.owner.realName,
  email: computer.owner.email,
  email_address: computer.owner.email,
  room: computer.owner.room,
  position: computer.owner.position,
});

/**
 * A certificate in the subset Certificates, which has neither serial number nor status. Without an expiry in
 * inventory, both elements of the expiry are "".
 */
export function certificate(one: InventoryCertificate): ClassicObject {
  const expiresAt = one.expirationDate === undefined ? null : Date.parse(one.expirationDate);
  return {
    common_name: one.commonName,
    identity: one.identity,
    expires_utc: expiresAt === null ? '' : utc(expiresAt),
    expires_epoch: expiresAt ?? '',
    name: one.username,
  };
}
