import { matchingCertificates, sameSerialNumber } from './certificate.js';
import { SKEW_MS } from './redistribution/safety-limits/timing.js';
import type { Certificate, Computer } from './computer.js';
import type { KnownComputer, KnownProfile } from './known.js';
import { isIdentifier } from './mac-records.js';
import { groupsThatMatter, heldGroups } from './scope.js';
import { profilesOf, type WatchedProfile } from './watched.js';

/**
 * Maximum number of certificates that are stored for each Mac and watched profile: the one that Recert uses, and three
 * for diagnosis.
 */
const KEPT = 4;

/**
 * A read of inventory: the profiles that were watched at that time, and when the call to Jamf Pro began (on the clock
 * of Recert).
 */
export interface Reading {
  watched: readonly WatchedProfile[];
  readAt: number;
}

/**
 * Merges inventory that was just read into the stored Mac. The result does not depend on the order in which inventory is merged.
 * - Older inventory only fills in blanks. Age is compared by the time of enrollment, then of the inventory report, then of the call,
 * because a cluster node of Jamf Pro may lag.
 * - A blank, or a placeholder instead of a serial number or UDID, never overwrites a known value. An empty list of certificates is a
 * blank, because every enrolled Mac has certificates.
 * - A list of certificates without a match is not a blank: the certificate is no longer on the Mac.
 * - Memberships in a group that has lost all members are kept until the loss is confirmed.
 * - Nothing is filled in from another enrollment (another management ID), because the Mac was set up again.
 */
export function mergeInventory(
  known: KnownComputer | null,
  fresh: Computer,
  reading: Reading,
): KnownComputer {
  const trimmed = trim(fresh, reading);
  if (known === null) return trimmed;
  const { readAt, lastContactAt } = trimmed;
  const merged = isOlder(trimmed, known) ? filled({ ...known }, trimmed) : filled(trimmed, known);
  const held = heldGroups(reading.watched);
  if (held.size > 0)
    merged.groupIds = [...new Set([...merged.groupIds, ...known.groupIds.filter((id) => held.has(id))])];
  merged.readAt = Math.max(readAt, known.readAt);
  merged.lastContactAt = latest(lastContactAt, known.lastContactAt);
  if (known.declared !== undefined) keepDeclared(merged, known, known.declared);
  return merged;
}

/** Adds a certificate that the declarative status of the Mac showed at `at` to those that inventory listed. */
export function declareCertificate(
  known: KnownComputer,
  certificate: Certificate,
  at: number,
): KnownComputer {
  const { serialNumber } = certificate;
  const isOther = (one: { serialNumber: string }) => !sameSerialNumber(one.serialNumber, serialNumber);
  return {
    ...known,
    certificates: [...known.certificates.filter(isOther), withIdentity(certificate)],
    declared: [...(known.declared ?? []).filter(isOther), { serialNumber, at }],
  };
}

/**
 * Keeps the certificates from the declarative status until inventory is reported that would contain them. The time of a
 * report comes from the clock of Jamf Pro, so the report must be `SKEW_MS` later than the read of the status.
 */
function keepDeclared(
  merged: KnownComputer,
  known: KnownComputer,
  declared: NonNullable<KnownComputer['declared']>,
): void {
  const { managementId, reportedAt, certificates } = merged;
  const kept = declared.filter(({ at }) => at + SKEW_MS > (reportedAt ?? -Infinity));
  merged.declared = kept.length === 0 || known.managementId !== managementId ? undefined : kept;
  const missing = known.certificates.filter(
    ({ serialNumber }) =>
      merged.declared?.some((one) => one.serialNumber === serialNumber) === true &&
      !certificates.some((one) => sameSerialNumber(one.serialNumber, serialNumber)),
  );
  if (missing.length > 0) merged.certificates = [...certificates, ...missing];
}

/**
 * Marks a Mac as retired after a call that began at `readAt` did not find it in Jamf Pro. Returns `null` when
 * nothing changes: the Mac is already retired, or a later call found it.
 */
export function retireComputer(known: KnownComputer, readAt: number): KnownComputer | null {
  if (known.retiredAt !== null || known.readAt > readAt) return null;
  return { ...known, readAt, retiredAt: readAt };
}

function trim(fresh: Computer, { watched, readAt }: Reading): KnownComputer {
  const kept = new Set<Certificate>();
  const matching: Record<string, number> = {};
  const profiles = installed(fresh, watched);
  for (const profile of watched) {
    const hasProfile = profilesOf(profile).some(({ id }) => profiles.some((one) => one.id === id));
    // A valid certificate that is inactive while its profile is missing, too, was removed together with the profile.
    const counting = matchingCertificates(fresh.certificates, profile, readAt).filter(
      ({ active, expiresAt }) => active || hasProfile || (expiresAt ?? Infinity) <= readAt,
    );
    if (fresh.certificates.length > 0) matching[profile.name] = counting.length;
    for (const certificate of counting.slice(0, KEPT)) kept.add(certificate);
  }
  const groups = fresh.groupIds.length === 0 ? null : groupsThatMatter(watched);
  const identifier = (text: string) => (isIdentifier(text) ? text : '');
  // The fields are listed because a spread takes several times as long, and a sweep reads the whole fleet.
  return {
    id: fresh.id,
    udid: identifier(fresh.udid),
    serialNumber: identifier(fresh.serialNumber),
    managementId: fresh.managementId,
    name: fresh.name,
    username: fresh.username,
    realName: fresh.realName,
    email: fresh.email,
    department: fresh.department,
    building: fresh.building,
    managed: fresh.managed,
    mdmCapable: fresh.mdmCapable,
    enrolledAt: fresh.enrolledAt,
    reportedAt: fresh.reportedAt,
    lastContactAt: fresh.lastContactAt,
    groupIds: fresh.groupIds.filter((id) => groups?.has(id)),
    certificates: Array.from(kept, withIdentity),
    matching,
    profiles,
    readAt,
    retiredAt: null,
  };
}

/** Drops the fingerprint when the serial number identifies the certificate, to save memory in Redis. */
function withIdentity(certificate: Certificate): Certificate {
  const { serialNumber, fingerprint } = certificate;
  return serialNumber === '' || fingerprint === '' ? certificate : { ...certificate, fingerprint: '' };
}

/** Returns those watched profiles that are installed on the Mac, matched by ID, otherwise by identifier. */
function installed(fresh: Computer, watched: readonly WatchedProfile[]): readonly KnownProfile[] {
  const found = new Map<string, KnownProfile>();
  for (const profile of watched)
    for (const { id, identifier } of profilesOf(profile)) {
      const half =
        fresh.profiles.find((one) => one.id === id) ??
        fresh.profiles.find((one) => one.identifier !== '' && one.identifier === identifier);
      if (half !== undefined) found.set(id, { id, installedAt: half.installedAt });
    }
  return [...found.values()];
}

/**
 * Whether one stored state of a Mac is older than another. Compares the times of the enrollment, the inventory report
 * and the call, in this order. The first time that both states have and that differs decides.
 */
function isOlder(one: KnownComputer, other: KnownComputer): boolean {
  const differing = (['enrolledAt', 'reportedAt', 'readAt'] as const).find(
    (field) => one[field] !== null && other[field] !== null && one[field] !== other[field],
  );
  return differing !== undefined && (one[differing] ?? 0) < (other[differing] ?? 0);
}

/** Fills in the blanks of `base` from the other state, if both are from the same enrollment. Returns `base`. */
function filled(base: KnownComputer, other: KnownComputer): KnownComputer {
  const otherEnrollment =
    base.managementId !== '' && other.managementId !== '' && base.managementId !== other.managementId;
  if (otherEnrollment) return base;
  const neverListed = Object.keys(base.matching).length === 0;
  // Inventory often contains blank texts. A blank text means that the value is unknown.
  base.udid ||= other.udid;
  base.serialNumber ||= other.serialNumber;
  base.managementId ||= other.managementId;
  base.name ||= other.name;
  base.username ||= other.username;
  base.realName ||= other.realName;
  base.email ||= other.email;
  base.department ||= other.department;
  base.building ||= other.building;
  base.enrolledAt ??= other.enrolledAt;
  base.reportedAt ??= other.reportedAt;
  if (!neverListed) return base;
  base.certificates = other.certificates;
  base.matching = other.matching;
  if (base.profiles.length === 0) base.profiles = other.profiles;
  return base;
}

function latest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}
