import type { Certificate } from '../../computer.js';
import { type ProofSource, type RedistributionPolicy } from '../../watched.js';
import type { Context } from './evidence.js';
import { matchingCertificates, sameSerialNumber } from '../../certificate.js';
import { acknowledgedAtOf, lastAttempt, type Proof, type Redistribution } from '../record.js';
import { askMs } from '../safety-limits/timing.js';
import { proofOf } from './proof.js';

/** Why a read of declarative status returned no report; see `StatusAnswer`. */
export const WHY_UNREPORTED = ['missing', 'refused', 'failed'] as const;

/**
 * Response of Jamf Pro to a read of the declarative status of a Mac. All kinds except `reported` mean that the
 * certificates are unknown: `missing` (404: the Mac does not report its status), `refused` (403: a privilege is
 * missing), `failed`.
 */
export type StatusAnswer =
  { kind: 'reported'; certificates: readonly Certificate[] } | { kind: (typeof WHY_UNREPORTED)[number] };

/** Declarative status as evidence. `counts`: whether the status may prove a renewal. If not, it is only compared with inventory. */
export interface StatusEvidence {
  certificates: readonly Certificate[];
  counts: boolean;
}

/**
 * Result of one read of the declarative status from a server; or, when inventory verifies a renewal that the status had
 * shown before, whether the two sources showed the same certificate.
 */
export type StatusNote = StatusAnswer['kind'] | 'agreed' | 'differed';

/** The stored observations about the declarative status of a Jamf Pro server. */
export interface StatusKnowledge {
  /** Number of renewals, since the last contradiction, for which inventory confirmed what the status had shown. */
  agreed: number;
  /** Number of reads without a report since the last report, with the time of and the reason for the last of these reads. */
  unreported: number;
  unreportedAt: number | null;
  why: (typeof WHY_UNREPORTED)[number] | null;
}

/** From this number of confirmed renewals on, the status of a server is trusted. */
const TRUSTED_FROM = 3;
/** Recert stops reading the status of a server after this number of consecutive reads without a report. */
const OFF_AFTER = 10;
/** Time until Recert tries to read the status again, milliseconds. It is shorter after failed reads, because an outage may be the cause. */
const OFF_MS = { missing: 86_400_000, refused: 86_400_000, failed: 3_600_000 };

/** Whether the status may prove a renewal. If not, it is only compared with inventory. */
export function statusCounts(proof: ProofSource | undefined, { agreed }: StatusKnowledge): boolean {
  return proof === 'either' || proof === 'status-first' || (proof === 'auto' && agreed >= TRUSTED_FROM);
}

/** Returns why Recert stopped reading the declarative status of Macs from a server; `null` if it has not stopped. */
export function statusOff({ unreported, why }: StatusKnowledge): StatusKnowledge['why'] {
  return unreported >= OFF_AFTER || (why === 'refused' && unreported > 0) ? why : null;
}

/** Whether the status of a server may be read now. After Recert stopped reading it, one read is allowed after each `OFF_MS`. */
export function mayReadStatus(known: StatusKnowledge, now: number): boolean {
  const why = statusOff(known);
  return why === null || now >= (known.unreportedAt ?? 0) + OFF_MS[why];
}

/** When the status of the Mac is read next, epoch milliseconds; `Infinity` when no read is planned. */
export function statusReadAt(record: Redistribution, policy: RedistributionPolicy, now: number): number {
  const { proof = 'inventory', waits } = policy;
  const attempt = lastAttempt(record);
  const { status: times = [] } = waits;
  if (proof === 'inventory' || attempt === null || times.length === 0) return Infinity;
  const since = acknowledgedAtOf(record);
  const { statusReadAt: last = -Infinity } = attempt;
  return times.map((afterMs) => since + afterMs).find((at) => at > last) ?? last + askMs(policy, since, now);
}

/** When the last read that `waits.status` schedules is due, epoch milliseconds. By then, the Mac has had enough time to report. */
export function lastStatusTime(record: Redistribution, { waits }: RedistributionPolicy): number {
  return acknowledgedAtOf(record) + (waits.status?.at(-1) ?? 0);
}

/**
 * Verifies the current attempt by a certificate in the declarative status; returns `null` when the status does not verify it. The
 * conditions are those for inventory; in addition, the issue date must be known and the certificate must not have expired. The status
 * never disproves a renewal.
 */
export function statusProof({ record, evidence, watched, now }: Context): Proof | null {
  const attempt = lastAttempt(record);
  const [certificate] = matchingCertificates(evidence.status?.certificates ?? [], watched, now);
  if (attempt === null || certificate === undefined || certificate.issuedAt === null) return null;
  if ((certificate.expiresAt ?? 0) <= now) return null;
  if (sameSerialNumber(certificate.serialNumber, record.baseline.serialNumber)) return null;
  const seen = { certificate, reportedAt: Math.max(now, acknowledgedAtOf(record)) };
  const proof = proofOf(seen, record, attempt, watched);
  return proof && { ...proof, source: 'status' };
}

/** Returns the certificate in the status that verified the renewal, if this change of the record added the proof; otherwise `null`. */
export function provenByStatus(
  before: Redistribution,
  { proof }: Redistribution,
  certificates: readonly Certificate[] = [],
): Certificate | null {
  if (before.proof !== null || proof?.source !== 'status') return null;
  return certificates.find(({ serialNumber }) => serialNumber === proof.serialNumber) ?? null;
}

/**
 * If inventory verifies the renewal with this change of the record, returns whether the status had shown the same certificate before.
 * Returns `null` if inventory does not verify it, or if the status had shown no certificate.
 */
export function statusNoteOf(before: Redistribution, after: Redistribution): 'agreed' | 'differed' | null {
  const { proof } = after;
  if (before.proof !== null || proof === null || proof.source === 'status') return null;
  const seen = lastAttempt(after)?.statusSeen;
  if (seen === undefined) return null;
  return sameSerialNumber(seen, proof.serialNumber) ? 'agreed' : 'differed';
}
