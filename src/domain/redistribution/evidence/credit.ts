import type { Certificate } from '../../computer.js';
import type { KnownComputer } from '../../known.js';
import type { WatchedProfile } from '../../watched.js';
import { membershipIn, standingOf } from '../direction.js';
import { sideOf } from './proof.js';
import type { Proof, Redistribution } from '../record.js';

/** Results that are counted for the Redistribute Profile setting of Jamf Pro, and for renewals by something else. */
export const NATIVE_OUTCOMES = ['renewed', 'failed', 'other'] as const;

/**
 * `renewed`: the Redistribute Profile setting of Jamf Pro renewed the certificate. `failed`: its grace period
 * ended without a new certificate. `other`: something else renewed it.
 */
export type NativeOutcome = (typeof NATIVE_OUTCOMES)[number];

/**
 * Determines what caused a renewal that Recert did not start: the Redistribute Profile setting of Jamf Pro if a
 * grace period is configured and the new certificate comes from the profile that the Mac had; otherwise something
 * else. Neither commands nor inventory show who sent an InstallProfile command, so while a grace period is
 * configured, a manual redistribution to the whole scope also counts for the setting.
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

/** Returns the result to count for a change of a record, at most one for each record; `null` when there is none. */
export function nativeOutcomeOf(before: Redistribution, after: Redistribution): NativeOutcome | null {
  if (before.nativeFailedAt === null && after.nativeFailedAt !== null) return 'failed';
  if (after.state !== 'verified' || before.state === 'verified' || after.proof === null) return null;
  if (after.proof.credit === 'recert') return null;
  return after.proof.credit === 'jamf' ? 'renewed' : 'other';
}
