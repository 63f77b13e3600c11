import { z } from 'zod';
import type { Certificate, Computer, InstalledProfile } from '../../domain/computer.js';
import { anything, enumeration, flag, id, instant, listOf, section, text, word } from './coerce.js';

/** The inventory sections that a `Computer` needs. Each further section slows the response. */
export const SECTIONS = [
  'GENERAL',
  'HARDWARE',
  'USER_AND_LOCATION',
  'CERTIFICATES',
  'CONFIGURATION_PROFILES',
  'GROUP_MEMBERSHIPS',
] as const;

/** v3 has `lastContactTime`, v4 has `lastCheckIn` and `lastContact`. All other fields used here are the same in both. */
const generalSchema = section({
  name: text,
  managementId: word,
  reportDate: instant,
  lastContactTime: instant,
  lastCheckIn: instant,
  lastContact: instant,
  lastEnrolledDate: instant,
  remoteManagement: section({ managed: flag }),
  mdmCapable: section({ capable: flag }),
});

const ownerSchema = section({
  username: word,
  realname: text,
  email: word,
  departmentId: id,
  buildingId: id,
});

const recordSchema = z.object({
  id,
  udid: word,
  general: generalSchema,
  hardware: section({ serialNumber: word }),
  userAndLocation: ownerSchema,
  certificates: anything,
  configurationProfiles: anything,
  groupMemberships: anything,
});

const certificateSchema = z
  .object({
    commonName: text,
    subjectName: text,
    serialNumber: word,
    sha1Fingerprint: word,
    issuedDate: instant,
    expirationDate: instant,
    identity: flag,
    lifecycleStatus: word,
    certificateStatus: word,
    username: word,
  })
  .transform((raw): ReadCertificate => ({
    subject: raw.subjectName === '' && raw.commonName !== '' ? `CN=${raw.commonName}` : raw.subjectName,
    serialNumber: raw.serialNumber,
    fingerprint: raw.sha1Fingerprint,
    issuedAt: raw.issuedDate,
    expiresAt: raw.expirationDate,
    identity: raw.identity,
    active: lifecycle(raw.lifecycleStatus) !== 'INACTIVE',
    revoked: revocation(raw.certificateStatus) === null ? undefined : true,
    username: raw.username,
    lifecycleStatus: raw.lifecycleStatus,
  }));

type ReadCertificate = Certificate & { lifecycleStatus: string };

const lifecycle = enumeration(['ACTIVE', 'INACTIVE']);
const revocation = enumeration(['REVOKED']);

const profileSchema = z
  .object({ id: word, profileIdentifier: word, displayName: text, lastInstalled: instant })
  .transform((raw): InstalledProfile => ({
    id: raw.id,
    identifier: raw.profileIdentifier,
    displayName: raw.displayName,
    installedAt: raw.lastInstalled,
  }));

const membershipSchema = z.object({ groupId: id });

/** A parsed inventory record. `missing` is the number of requested lists that the record does not contain. */
export interface ReadRecord {
  computer: Computer;
  missing: number;
  /** Lifecycle status values other than `ACTIVE` and `INACTIVE`. A certificate with such a value counts as active. */
  unknownWords: readonly string[];
}

/** Converts an inventory record of the Jamf Pro API to a `Computer`; `null` if the record has no valid ID. */
export function readRecord(record: unknown): ReadRecord | null {
  const parsed = recordSchema.safeParse(record);
  if (!parsed.success || parsed.data.id === '') return null;
  const { data } = parsed;
  const { general, hardware, userAndLocation: owner } = data;
  const certificates = listOf(certificateSchema, data.certificates);
  const lists = [data.certificates, data.configurationProfiles, data.groupMemberships];
  const computer: Computer = {
    id: data.id,
    udid: data.udid,
    serialNumber: hardware.serialNumber,
    managementId: general.managementId,
    name: general.name,
    username: owner.username,
    realName: owner.realname,
    email: owner.email,
    department: owner.departmentId,
    building: owner.buildingId,
    managed: general.remoteManagement.managed,
    mdmCapable: general.mdmCapable.capable,
    enrolledAt: general.lastEnrolledDate,
    reportedAt: general.reportDate,
    lastContactAt: latest([general.lastContactTime, general.lastCheckIn, general.lastContact]),
    groupIds: [
      ...new Set(listOf(membershipSchema, data.groupMemberships).map(({ groupId }) => groupId)),
    ].filter((groupId) => groupId !== ''),
    certificates: distinct(certificates.map(({ lifecycleStatus: _, ...certificate }) => certificate)),
    profiles: listOf(profileSchema, data.configurationProfiles),
  };
  const words = certificates.map(({ lifecycleStatus }) => lifecycleStatus);
  return {
    computer,
    missing: lists.filter((list) => !Array.isArray(list)).length,
    unknownWords: words.filter((written) => written !== '' && lifecycle(written) === null),
  };
}

function latest(instants: readonly (number | null)[]): number | null {
  const known = instants.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/**
 * Removes duplicates, because inventory may contain a certificate several times. Duplicates are equal in every field.
 */
function distinct(certificates: readonly Certificate[]): Certificate[] {
  return [...new Map(certificates.map((certificate) => [JSON.stringify(certificate), certificate])).values()];
}
