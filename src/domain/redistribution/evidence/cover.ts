import { assess } from '../../assess.js';
import type { Certificate, Computer } from '../../computer.js';
import type { ProfileDetails } from '../../profile.js';
import { inProfileScope } from '../../scope.js';
import type { Side } from '../direction.js';
import type { GroupChange } from '../record.js';
import type { Context, Need } from './evidence.js';
import { SKEW_MS } from '../safety-limits/timing.js';

/** The profile that is to stay, and the Mac. Both were read from Jamf Pro for the current decision, not from a cache. */
export interface Cover {
  profile: ProfileDetails;
  /** `null` when Jamf Pro does not return the Mac. */
  computer: Computer | null;
}

/**
 * Inventory that is older than this does not prove that a Mac still has a profile, even if it was reported after
 * the decision. Milliseconds.
 */
const MOST_AGE_MS = 86_400_000;

/**
 * Why the other profile must not be removed yet. `needs`: evidence that must be read first. `reportSince`: the Mac must
 * report inventory after this time. `why`: the evidence shows that the removal is not safe.
 */
export type Lacking = { needs: readonly Need[] } | { reportSince: number } | { why: string };

/**
 * Checks whether one profile protects the Mac, so that the other profile may be removed. Returns `null` if all
 * conditions are met: Jamf Pro has the profile, the Mac is still in the scope of the profile after `change`, and
 * inventory that was reported after `decidedAt` shows the profile and its certificate on the Mac. Unknown or old data
 * does not count.
 * @param change the group change that removes the other profile
 * @param counts whether the certificate of the Mac that expires last belongs to the profile that is kept
 * @param expired whether that certificate may have expired. Neither profile protects the Mac then, so the removal of
 * one loses nothing
 */
export function lackingCover(
  context: Context,
  side: Side,
  {
    change,
    decidedAt,
    counts,
    expired = false,
  }: {
    change: GroupChange;
    decidedAt: number;
    counts: (certificate: Certificate, profiles: Installed) => boolean;
    expired?: boolean;
  },
): Lacking | null {
  const { evidence, watched, now } = context;
  // `decidedAt` comes from the clock of this machine, and `reportedAt` from the clock of Jamf Pro.
  const skewMs = Math.min(SKEW_MS, watched.policy.waits.command);
  const since = Math.max(decidedAt + skewMs, now - MOST_AGE_MS);
  if (!isLater(evidence.computer?.reportedAt, since)) return { reportSince: since };
  const needs = needsOf(context, side);
  if (needs.length > 0) return { needs };
  const cover = evidence.cover?.[side];
  if (!cover?.computer) return { why: 'Jamf Pro does not return this Mac' };
  const { profile, computer } = cover;
  if (!isLater(computer.reportedAt, since)) return { reportSince: since };
  if (!inProfileScope(profile.scope, { ...computer, groupIds: groupIdsAfter(change, context, computer) }))
    return { why: `the Mac would not be in the scope of profile ${profile.id}, which is to stay` };
  const isInstalled = computer.profiles.some(
    ({ id, identifier }) => id === profile.id || (identifier !== '' && identifier === profile.identifier),
  );
  if (!isInstalled)
    return { why: `the last inventory does not show profile ${profile.id}, which is to stay, on the Mac` };
  const { state, certificate } = assess(computer, watched, now);
  const isUsable = state !== 'unknown' && (expired || state !== 'expired');
  if (!isUsable || certificate === null || !counts(certificate, computer.profiles))
    return {
      why: `the last inventory does not show a certificate of profile ${profile.id}, which is to stay`,
    };
  return null;
}

type Installed = readonly { id: string }[];

function isLater(reportedAt: number | null | undefined, since: number): boolean {
  return reportedAt !== null && reportedAt !== undefined && reportedAt > since;
}

function needsOf({ evidence, watched }: Context, side: Side): readonly Need[] {
  const groups = (['joinGreen', 'leaveBlue', 'exclude'] as const).filter(
    (role) =>
      evidence.membership?.[role] === undefined && (role !== 'exclude' || watched.policy.cycle !== undefined),
  );
  return [
    ...(groups.length === 0 ? [] : [{ what: 'membership' as const, groups }]),
    ...(evidence.cover?.[side] === undefined ? [{ what: 'cover' as const, side }] : []),
  ];
}

/**
 * Returns the groups of the Mac after a change. For the groups that Recert changes, uses the membership that was read
 * for the current decision.
 */
function groupIdsAfter(
  { group: changed, op }: GroupChange,
  { evidence, watched }: Context,
  { groupIds }: Computer,
): readonly string[] {
  const { overlap, cycle } = watched.policy;
  const ids = { joinGreen: overlap?.joinGreen, leaveBlue: overlap?.leaveBlue, exclude: cycle?.exclude };
  const ours = (['joinGreen', 'leaveBlue', 'exclude'] as const).flatMap((role) => {
    const id = ids[role];
    const member = role === changed ? op === 'add' : evidence.membership?.[role] === true;
    return id === undefined ? [] : [{ id, member }];
  });
  return [
    ...groupIds.filter((id) => !ours.some((group) => group.id === id)),
    ...ours.flatMap(({ id, member }) => (member ? [id] : [])),
  ];
}
