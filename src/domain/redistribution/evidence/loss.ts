import { inScopeOfEither } from '../../scope.js';
import { profilesOf } from '../../watched.js';
import { triggerChange } from '../direction.js';
import type { Attempt, GroupChange, Redistribution } from '../record.js';
import { isReenrolled, reasonToEnd } from '../states/ending.js';
import type { Context } from './evidence.js';

/**
 * Returns the loss if the Mac lost its last profile after a write of this redistribution: the scopes of both profiles
 * no longer include the Mac, or inventory that was reported after the write shows neither profile and no certificate.
 * Returns `null` when there is no loss, when the loss was found before, or when the Mac was enrolled again, because an
 * enrollment removes all profiles and installs them again.
 */
export function lossOf(context: Context): Redistribution['loss'] | null {
  const { record, evidence, watched, now } = context;
  const { computer } = evidence;
  const attempt = record.attempts.findLast(({ triggeredAt }) => triggeredAt !== null);
  if (record.loss !== undefined || attempt === undefined || attempt.withdrawnAt !== null) return null;
  if (record.baseline.serialNumber === '' || computer === null || computer.retiredAt !== null) return null;
  if (!computer.managed || isReenrolled(record, computer)) return null;
  const writtenAt = attempt.triggeredAt ?? now;
  // Recert writes nothing for `native`.
  if (attempt.mechanism === 'native') return null;
  // `cycle` removes the profile on purpose. A missing profile is a loss only when the redistribution ends without it.
  if (attempt.mechanism === 'cycle' && (record.lease !== null || reasonToEnd(context) === null)) return null;
  const { groupIds } = computer;
  const isOut = computer.readAt > writtenAt && !inScopeOfEither(watched, computer, groupIds);
  // If a verified certificate is gone, the settlement of the redistribution reports it.
  const isGone = record.state !== 'verified' && (computer.reportedAt ?? 0) > writtenAt && hasNeither(context);
  if (!isOut && !isGone) return null;
  const change = attempt.overlaps ? triggerChange(attempt.direction) : null;
  const groupId =
    change === null || change.group === 'exclude' ? null : (watched.policy.overlap?.[change.group] ?? null);
  const before = groupId === null || change === null ? groupIds : undone(groupIds, groupId, change);
  // Recert did not cause the loss in two cases. The Mac would be out of scope even without the write: another person or
  // system changed the scope. Or the Mac is in scope and Jamf Pro sent the new profile: the write had its intended
  // effect, and another person or system removed the other profile.
  const isOurs = inScopeOfEither(watched, computer, groupIds)
    ? attempt.overlaps && attempt.command === null
    : inScopeOfEither(watched, computer, before);
  return { at: now, isOurs, text: textOf(context, attempt, { groupId, change, isOut }) };
}

/** Whether the last inventory shows neither profile on the Mac, and no certificate. */
export function hasNeither({ evidence, watched }: Context): boolean {
  const halves = profilesOf(watched).map(({ id }) => id);
  return (
    evidence.assessment?.unknown === 'no-certificate' &&
    evidence.computer?.profiles.some(({ id }) => halves.includes(id)) !== true
  );
}

function undone(groupIds: readonly string[], groupId: string, { op }: GroupChange): readonly string[] {
  return op === 'add' ? groupIds.filter((id) => id !== groupId) : [...groupIds, groupId];
}

function textOf(
  { evidence, watched }: Context,
  { mechanism }: Attempt,
  { groupId, change, isOut }: { groupId: string | null; change: GroupChange | null; isOut: boolean },
): string {
  const { id = '', name = '', serialNumber = '', groupIds = [] } = evidence.computer ?? {};
  const mac = `computer ${id} (${[name, serialNumber].filter(Boolean).join(', ')})`;
  const write =
    groupId === null || change === null
      ? `the mechanism ${mechanism}`
      : `Recert ${change.op === 'add' ? 'added it to' : 'removed it from'} group ${groupId} (${change.group})`;
  const fact = isOut ? 'is in the scope of none' : 'has none';
  const member =
    groupIds.length === 0 ? 'none of the groups that the scopes name' : `groups ${groupIds.join(', ')}`;
  return `${mac} ${fact} of its profiles (${profilesOf(watched)
    .map((one) => one.id)
    .join(', ')}) after ${write}; it is in ${member}`;
}
