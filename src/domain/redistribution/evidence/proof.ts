import type { Certificate } from '../../computer.js';
import type { WatchedProfile } from '../../watched.js';
import { type Side, targetOf } from '../direction.js';
import type { Attempt, Proof, Redistribution } from '../record.js';
import { SKEW_MS } from '../safety-limits/timing.js';

/** Jamf may cut instants to whole seconds: inventory of the same second counts as later. */
const SECOND_MS = 1_000;

/** What inventory says that matters for a proof. */
export interface Seen {
  certificate: Certificate | null;
  reportedAt: number | null;
}

/** The profile that a subject names, `null` when it names neither or both. */
export function sideOf(subject: string, { blue, green }: WatchedProfile): Side | null {
  const folded = subject.toLowerCase();
  const names = (identifier: string) => identifier !== '' && folded.includes(identifier.toLowerCase());
  if (names(blue.identifier) === names(green.identifier)) return null;
  return names(blue.identifier) ? 'blue' : 'green';
}

/** A certificate that is not the old one and outlives it, whoever brought it; `null` when there is none. */
export function renewal(
  { certificate, reportedAt }: Seen,
  { baseline }: Pick<Redistribution, 'baseline'>,
): Omit<Proof, 'credit'> | null {
  if (certificate === null || certificate.expiresAt === null || reportedAt === null) return null;
  if (certificate.serialNumber === '' || certificate.serialNumber === baseline.serialNumber) return null;
  if (baseline.expiresAt !== null && certificate.expiresAt <= baseline.expiresAt) return null;
  return {
    serialNumber: certificate.serialNumber,
    expiresAt: certificate.expiresAt,
    issuedAt: certificate.issuedAt,
    reportedAt,
  };
}

/**
 * The proof of one attempt: inventory reported after the acknowledgement with a new serial number and a later expiry, issued no
 * earlier than the trigger (less the skew of clocks), and not naming the other profile. Nothing else is a proof.
 */
export function proofOf(
  seen: Seen,
  record: Redistribution,
  attempt: Attempt,
  watched: WatchedProfile,
): Proof | null {
  const found = renewal(seen, record);
  const acknowledgedAt = attempt.command?.completedAt ?? null;
  if (found === null || seen.certificate === null || acknowledgedAt === null) return null;
  if (found.reportedAt + SECOND_MS <= acknowledgedAt) return null;
  if (found.issuedAt !== null && found.issuedAt < attempt.intentAt - SKEW_MS) return null;
  const side = sideOf(seen.certificate.subject, watched);
  if (side !== null && side !== targetOf(attempt.direction)) return null;
  return { ...found, credit: 'recert' };
}
