import { matchingCertificates } from './certificate.js';
import type { Certificate, Computer } from './computer.js';
import type { KnownComputer, KnownProfile } from './known.js';
import { groupsThatMatter } from './scope.js';
import type { WatchedProfile } from './watched.js';

/** Blank text says nothing about these; inventory with blanks in them is normal. */
const TEXTS = [
  'udid',
  'serialNumber',
  'managementId',
  'name',
  'username',
  'realName',
  'email',
  'department',
  'building',
] as const;

/** Certificates kept for each watched profile: the one that counts, and those beside it that a person may ask about. */
const KEPT = 4;

/** What was kept, and the watched profiles and the instant (our clock, before the call) that the new reading belongs to. */
export interface Reading {
  watched: readonly WatchedProfile[];
  readAt: number;
}

/**
 * Inventory just read, merged into what is known. Pure; of two readings the same comes out whichever is stored first.
 * - An older reading (earlier enrolment, then earlier report, then earlier call: a cluster node may lag) only fills in blanks.
 * - A blank never overwrites a known value, and an empty list of certificates is a blank: every enrolled Mac has some.
 * - A list of certificates in which none matches is no blank: the certificate is gone.
 * - Nothing is filled in from another enrolment (other management id): it was another installation of the Mac.
 */
export function mergeInventory(
  known: KnownComputer | null,
  fresh: Computer,
  reading: Reading,
): KnownComputer {
  const trimmed = trim(fresh, reading);
  if (known === null) return trimmed;
  const merged = isOlder(trimmed, known) ? fillIn(known, trimmed) : fillIn(trimmed, known);
  return {
    ...merged,
    readAt: Math.max(trimmed.readAt, known.readAt),
    lastContactAt: latest(trimmed.lastContactAt, known.lastContactAt),
  };
}

/**
 * What is kept of a Mac that a call begun at `readAt` did not find in Jamf. `null` when there is nothing to change: it was retired
 * already, or a later call did find it.
 */
export function retireComputer(known: KnownComputer, readAt: number): KnownComputer | null {
  if (known.retiredAt !== null || known.readAt > readAt) return null;
  return { ...known, readAt, retiredAt: readAt };
}

function trim(fresh: Computer, { watched, readAt }: Reading): KnownComputer {
  const counting = watched.map(
    (profile) => [profile.name, matchingCertificates(fresh.certificates, profile, readAt)] as const,
  );
  const groups = groupsThatMatter(watched);
  return {
    ...fresh,
    groupIds: fresh.groupIds.filter((id) => groups.has(id)),
    certificates: [...new Set(counting.flatMap(([, matching]) => matching.slice(0, KEPT)))].map(withIdentity),
    matching:
      fresh.certificates.length === 0
        ? {}
        : Object.fromEntries(counting.map(([name, matching]) => [name, matching.length])),
    profiles: installed(fresh, watched),
    readAt,
    retiredAt: null,
  };
}

/** One mark of identity is enough; the fingerprint takes room. */
function withIdentity(certificate: Certificate): Certificate {
  return certificate.serialNumber === '' ? certificate : { ...certificate, fingerprint: '' };
}

/** Blue and green as far as they are on the Mac, found by id, else by identifier. */
function installed(fresh: Computer, watched: readonly WatchedProfile[]): readonly KnownProfile[] {
  const halves = new Map(watched.flatMap(({ blue, green }) => [blue, green]).map((half) => [half.id, half]));
  return [...halves.values()].flatMap(({ id, identifier }) => {
    const found =
      fresh.profiles.find((profile) => profile.id === id) ??
      fresh.profiles.find((profile) => profile.identifier !== '' && profile.identifier === identifier);
    return found ? [{ id, installedAt: found.installedAt }] : [];
  });
}

/** By enrolment, else by report, else by the call: the first that both know and that differs decides. */
function isOlder(one: KnownComputer, other: KnownComputer): boolean {
  const differing = (['enrolledAt', 'reportedAt', 'readAt'] as const).find(
    (field) => one[field] !== null && other[field] !== null && one[field] !== other[field],
  );
  return differing !== undefined && (one[differing] ?? 0) < (other[differing] ?? 0);
}

/** `base`, its blanks filled in from another reading of the same enrolment. */
function fillIn(base: KnownComputer, other: KnownComputer): KnownComputer {
  const otherEnrolment =
    base.managementId !== '' && other.managementId !== '' && base.managementId !== other.managementId;
  if (otherEnrolment) return base;
  const neverListed = Object.keys(base.matching).length === 0;
  const texts = Object.fromEntries(
    TEXTS.map((field) => [field, base[field] === '' ? other[field] : base[field]]),
  );
  return {
    ...base,
    ...texts,
    enrolledAt: base.enrolledAt ?? other.enrolledAt,
    reportedAt: base.reportedAt ?? other.reportedAt,
    ...(neverListed ? { certificates: other.certificates, matching: other.matching } : {}),
    ...(neverListed && base.profiles.length === 0 ? { profiles: other.profiles } : {}),
  };
}

function latest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}
