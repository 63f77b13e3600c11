import type { Certificate } from '../../computer.js';
import type { KnownComputer } from '../../known.js';
import type { WatchedProfile } from '../../watched.js';
import { membershipIn, standingOf } from '../direction.js';
import { sideOf } from './proof.js';
import type { Proof, Redistribution } from '../record.js';

/** What became of Jamf's own setting for one Mac, or who else renewed it, as it is counted. */
export const NATIVE_OUTCOMES = ['renewed', 'failed', 'other'] as const;

/** One of them. `failed`: its grace is over and there is no new certificate. `other`: renewed, neither by us nor by Jamf's setting. */
export type NativeOutcome = (typeof NATIVE_OUTCOMES)[number];

/**
 * Who renewed a certificate when we did not: Jamf's own setting, where the configuration gives it a grace and the profile that the Mac
 * had brought the certificate; else somebody else. Neither commands nor inventory say who sent an InstallProfile, so an admin who
 * redistributes to a whole scope while the setting is on is taken for it.
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

/** What a change of a record says about Jamf's own setting or about others; `null` when nothing. Said once for each record. */
export function nativeOutcomeOf(before: Redistribution, after: Redistribution): NativeOutcome | null {
  if (before.nativeFailedAt === null && after.nativeFailedAt !== null) return 'failed';
  if (after.state !== 'verified' || before.state === 'verified' || after.proof === null) return null;
  if (after.proof.credit === 'recert') return null;
  return after.proof.credit === 'jamf' ? 'renewed' : 'other';
}
