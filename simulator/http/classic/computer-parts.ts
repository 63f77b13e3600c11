import type { Computer, InventoryCertificate } from '../../world/model.js';
import type { ClassicObject } from '../render/classic.js';
import { localTime, utc } from './read.js';

/** The subset General of a computer record, with the element names of Jamf Pro 10.42. */
export const general = (computer: Computer): ClassicObject => ({
  id: computer.id,
  name: computer.name,
  mac_address: computer.macAddress,
  alt_mac_address: computer.alternateMacAddress,
  ip_address: computer.ipAddress,
  last_reported_ip: computer.reportedIpV4Address,
  serial_number: computer.serialNumber,
  udid: computer.udid,
  platform: 'Mac',
  remote_management: { managed: computer.managed },
  supervised: computer.supervised,
  mdm_capable: computer.mdmCapable,
  management_status: {
    enrolled_via_dep: computer.supervised,
    user_approved_enrollment: computer.managed,
    user_approved_mdm: computer.managed,
  },
  report_date: localTime(computer.reportedAt),
  report_date_epoch: computer.reportedAt,
  report_date_utc: utc(computer.reportedAt),
  last_contact_time: localTime(computer.lastCheckInAt),
  last_contact_time_epoch: computer.lastCheckInAt,
  last_contact_time_utc: utc(computer.lastCheckInAt),
  last_enrolled_date_epoch: computer.enrolledAt,
  last_enrolled_date_utc: utc(computer.enrolledAt),
  site: { id: -1, name: 'None' },
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

/** The subset Hardware of a computer record. */
export const hardware = (computer: Computer): ClassicObject => ({
  make: 'Apple',
  model: computer.model,
  model_identifier: computer.modelIdentifier,
  os_name: 'macOS',
  os_version: computer.osVersion,
  os_build: computer.osBuild,
});

/** A certificate of the subset Certificates: without serial number and status; both dates are "" if inventory has none. */
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
