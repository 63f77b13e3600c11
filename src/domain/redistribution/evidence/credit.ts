import { sameSerialNumber } from '../../certificate.js';
import type { Certificate } from '../../computer.js';
import type { KnownComputer } from '../../known.js';
import type { WatchedProfile } from '../../watched.js';
import { membershipIn, standingOf } from '../direction.js';
import { sideOf } from './proof.js';
import type { Proof, Redistribution } from '../record.js';

/** Counted results of the Redistribute Profile setting of Jamf Pro, and of renewals by something else. */
export const NATIVE_OUTCOMES = ['renewed', 'failed', 'other'] as const;

/**
 * `renewed`: the Redistribute Profile setting of Jamf Pro renewed the certificate. `failed`: its grace period
 * ended without a new certificate. `other`: something else renewed it.
 */
export type NativeOutcome = (typeof NATIVE_OUTCOMES)[number];

/**
 * Determines what caused a renewal that Recert did not start: the Redistribute Profile setting of Jamf Pro if a grace
 * period is configured and the new certificate comes from the profile that the Mac already had; otherwise something
 * else. Neither commands nor inventory show who sent an InstallProfile command, so while a grace period is configured,
 * a manual redistribution to the whole scope also counts for the setting.
 */
export function creditOfOthers(
  { groupIds }: Pick<KnownComputer, 'groupIds'>,
  { subject }: Pick<Certificate, 'subject'>,
  watched: WatchedProfile,
): Exclude<Proof['credit'], 'recert'> {
  if (watched.policy.nativeGrace === 0) return 'other';
  const standing = standingOf(membershipIn(groupIds, watched));
  if (standing !== 'blue' && standing !== 'green') return 'other';
  const side = sideOf(subject, watched);
  return side === null || side === standing ? 'jamf' : 'other';
}

/** Whether the Redistribute Profile setting of Jamf Pro fails with this change of a record; at most once for each record. */
export function nativeFails(before: Redistribution, after: Redistribution): boolean {
  return before.nativeFailedAt === null && after.nativeFailedAt !== null;
}

/**
 * Whether a redistribution reports the renewal by a certificate, or has done so. Another worker may verify and close the redistribution
 * after inventory shows the certificate and before this function is called.
 */
export function reportsRenewal(
  { closedAt, state, nativeFailure, baseline, proof }: Redistribution,
  { serialNumber }: Pick<Certificate, 'serialNumber'>,
): boolean {
  if (proof !== null) return sameSerialNumber(proof.serialNumber, serialNumber);
  if (closedAt !== null || state === 'cancelled') return false;
  if (state === 'needs-human' && nativeFailure === null) return false;
  return !sameSerialNumber(baseline.serialNumber, serialNumber);
}
