import { z } from 'zod';
import type { Certificate, Computer, InstalledProfile } from '../../domain/computer.js';
import { anything, classicList, flag, id, instant, isObject, section, text, word } from './coerce.js';

/** The Classic API reports each date in up to three formats, some of which may be empty. */
const generalSchema = section({
  id,
  name: text,
  udid: word,
  serial_number: word,
  management_id: word,
  mdm_capable: flag,
  remote_management: section({ managed: flag }),
  report_date_epoch: instant,
  report_date_utc: instant,
  report_date: instant,
  last_contact_time_epoch: instant,
  last_contact_time_utc: instant,
  last_contact_time: instant,
  last_enrolled_date_epoch: instant,
  last_enrolled_date_utc: instant,
});

const recordSchema = z.object({
  general: generalSchema,
  location: section({ username: word, realname: text, real_name: text, email_address: word }),
  certificates: anything,
  configuration_profiles: anything,
});

/**
 * The specification of the Classic API names the field `identify`, but servers send `identity`. Certificates in the
 * Classic API have neither a serial number nor a lifecycle status.
 */
const certificateSchema = z
  .object({
    common_name: text,
    identity: flag,
    identify: flag,
    expires_epoch: instant,
    expires_utc: instant,
    name: word,
  })
  .transform((raw): Certificate => ({
    subject: raw.common_name === '' ? '' : `CN=${raw.common_name}`,
    serialNumber: '',
    fingerprint: '',
    issuedAt: null,
    expiresAt: raw.expires_epoch ?? raw.expires_utc,
    identity: raw.identity || raw.identify,
    active: true,
    username: raw.name,
  }));

/** `id` accepts any text, because built-in profiles have negative IDs. */
const profileSchema = z
  .object({ id: word, uuid: word, name: text })
  .transform((raw): InstalledProfile => ({
    id: raw.id,
    identifier: raw.uuid,
    displayName: raw.name,
    installedAt: null,
  }));

/**
 * Converts a record of the Classic API (`{ computer: { general, certificates, … } }`), from JSON or from `parseXml`, to
 * a `Computer`; returns `null` if it is not such a record. Only the command line uses this function, for records in
 * files. The service reads inventory from the Jamf Pro API, because the Classic API returns no serial number, subject
 * or issue date of a certificate. Groups, departments and buildings stay empty, because the Classic API returns names
 * and not IDs.
 */
export function readClassicRecord(record: unknown): Computer | null {
  const parsed = recordSchema.safeParse(isObject(record) ? record.computer : null);
  if (!parsed.success || parsed.data.general.id === '') return null;
  const { general, location, certificates, configuration_profiles: profiles } = parsed.data;
  return {
    id: general.id,
    udid: general.udid,
    serialNumber: general.serial_number,
    managementId: general.management_id,
    name: general.name,
    username: location.username,
    realName: location.realname || location.real_name,
    email: location.email_address,
    department: '',
    building: '',
    managed: general.remote_management.managed,
    mdmCapable: general.mdm_capable,
    enrolledAt: general.last_enrolled_date_epoch ?? general.last_enrolled_date_utc,
    reportedAt: general.report_date_epoch ?? general.report_date_utc ?? general.report_date,
    lastContactAt:
      general.last_contact_time_epoch ?? general.last_contact_time_utc ?? general.last_contact_time,
    groupIds: [],
    certificates: classicList(certificateSchema, certificates, 'certificate'),
    profiles: classicList(profileSchema, profiles, 'configuration_profile'),
  };
}
