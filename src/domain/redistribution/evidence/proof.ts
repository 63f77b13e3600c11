import { sameSerialNumber } from '../../certificate.js';
import type { Certificate } from '../../computer.js';
import type { KnownComputer } from '../../known.js';
import type { WatchedProfile } from '../../watched.js';
import { type Side, targetOf } from '../direction.js';
import type { Attempt, Proof, Redistribution } from '../record.js';
import { SKEW_MS } from '../safety-limits/timing.js';

/** Jamf Pro may truncate times to seconds, so inventory that was reported within the same second counts as later. */
const SECOND_MS = 1_000;

/** The inventory data that the verification of a renewal needs. */
export interface Seen {
  certificate: Certificate | null;
  reportedAt: number | null;
}

/** Returns the profile whose identifier a subject contains; `null` when it contains neither or both. */
export function sideOf(subject: string, { blue, green }: WatchedProfile): Side | null {
  const folded = subject.toLowerCase();
  const names = (identifier: string) => identifier !== '' && folded.includes(identifier.toLowerCase());
  if (names(blue.identifier) === (green !== null && names(green.identifier))) return null;
  return names(blue.identifier) ? 'blue' : 'green';
}

/**
 * Returns the certificate if its serial number is different and its expiry later than before the redistribution; otherwise `null`. The
 * cause of the renewal does not matter.
 */
export function renewal(
  { certificate, reportedAt }: Seen,
  { baseline }: Pick<Redistribution, 'baseline'>,
): Omit<Proof, 'credit'> | null {
  if (certificate === null || certificate.expiresAt === null || reportedAt === null) return null;
  if (certificate.revoked === true) return null;
  if (certificate.serialNumber === '' || certificate.serialNumber === baseline.serialNumber) return null;
  if (baseline.expiresAt !== null && certificate.expiresAt <= baseline.expiresAt) return null;
  return {
    serialNumber: certificate.serialNumber,
    expiresAt: certificate.expiresAt,
    issuedAt: certificate.issuedAt,
    reportedAt,
  };
}

/** Names what proved a renewal, in a sentence. */
export function sourceName({ source }: Pick<Proof, 'source'>): string {
  return source === 'status' ? 'the declarative status of the Mac' : 'inventory';
}

/** Returns the reason of a transition to `verified`: which source shows what. */
export function shownBy(proof: Pick<Proof, 'source'>): string {
  return `${sourceName(proof)} shows a new serial number with a later expiry`;
}

/**
 * Adds the source to a proof from the stored certificates of a Mac. The source is the declarative status if the
 * certificate was stored from the status and no inventory has been reported since.
 */
export function withSource(proof: Proof, { declared = [] }: Pick<KnownComputer, 'declared'>): Proof {
  const read = declared.find(({ serialNumber }) => sameSerialNumber(serialNumber, proof.serialNumber));
  return read === undefined ? proof : { ...proof, reportedAt: read.at, source: 'status' };
}

/**
 * Verifies one attempt; returns `null` when it is not verified. Requires inventory that was reported after the acknowledgment and shows a
 * new serial number with a later expiry, issued no earlier than the trigger (less `SKEW_MS`), in a subject that does not name the other
 * profile. If Jamf Pro lists no command, the certificate alone proves the renewal, and its issue date must be known.
 */
export function proofOf(
  seen: Seen,
  record: Redistribution,
  attempt: Attempt,
  watched: WatchedProfile,
): Proof | null {
  const found = renewal(seen, record);
  if (found === null || seen.certificate === null) return null;
  const acknowledgedAt = attempt.command?.completedAt ?? unlistedSince(attempt, found);
  if (acknowledgedAt === null || found.reportedAt + SECOND_MS <= acknowledgedAt) return null;
  if (found.issuedAt !== null && found.issuedAt < attempt.intentAt - SKEW_MS) return null;
  const side = sideOf(seen.certificate.subject, watched);
  if (side !== null && side !== targetOf(attempt.direction)) return null;
  return { ...found, credit: 'recert' };
}

function unlistedSince({ triggeredAt }: Attempt, { issuedAt }: Omit<Proof, 'credit'>): number | null {
  return issuedAt === null ? null : triggeredAt;
}
