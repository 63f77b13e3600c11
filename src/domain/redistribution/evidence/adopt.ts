import type { Assessment } from '../../assessment.js';
import type { KnownComputer } from '../../known.js';
import type { WatchedProfile } from '../../watched.js';
import { newAttempt } from '../attempt.js';
import { membershipIn, overlapOf, planOf, standingOf } from '../direction.js';
import { openRedistribution } from '../open.js';
import { sideOf } from './proof.js';
import type { Direction, Redistribution } from '../record.js';

/**
 * Creates the record of a verified redistribution again after Redis lost it: the Mac is renewed but still has both
 * profiles, and the old one must be removed. Returns `null` when there is nothing to finish, or when inventory does not
 * show which profile the certificate comes from. Call this function only when no record exists for this Mac and
 * profile: a record whose cleanup was abandoned (`settlement.outcome` is `left`) leaves both profiles on the Mac, and
 * Recert must then remove neither.
 */
export function adoptSettling({
  id,
  computer,
  watched,
  assessment,
  now,
}: {
  id: string;
  computer: KnownComputer;
  watched: WatchedProfile;
  assessment: Assessment;
  now: number;
}): Redistribution | null {
  const { certificate, state, inScope } = assessment;
  if (watched.policy.mode !== 'act' || state !== 'healthy' || !inScope || computer.retiredAt !== null)
    return null;
  if (certificate === null || certificate.expiresAt === null || computer.reportedAt === null) return null;
  if (standingOf(membershipIn(computer.groupIds, watched)) !== 'overlapping') return null;
  const side = sideOf(certificate.subject, watched);
  if (side === null) return null;
  const direction: Direction = side === 'green' ? 'to-green' : 'to-blue';
  const opened = openRedistribution({ id, computer, watched, assessment, cause: { kind: 'due' }, now });
  const { serialNumber, issuedAt, expiresAt } = certificate;
  const why = `the Mac has both profiles and a new certificate of ${side}, but no redistribution was stored; the old profile is removed after the settle time`;
  return {
    ...opened,
    state: 'verified',
    direction,
    plan: planOf(direction, watched),
    attempts: [
      {
        ...newAttempt({
          number: 1,
          mechanism: 'overlap',
          overlaps: true,
          direction,
          intentAt: issuedAt ?? now,
          triggeredAt: null,
          earlierCommands: [],
        }),
        endedAt: now,
        outcome: 'verified',
      },
    ],
    proof: { serialNumber, expiresAt, issuedAt, reportedAt: computer.reportedAt, credit: 'other' },
    settlement: {
      kind: 'finish',
      dueAt: Math.max(now, (issuedAt ?? now) + overlapOf(watched.policy).settle),
      doneAt: null,
      outcome: null,
    },
    history: [{ at: now, from: null, to: 'verified', why, evidence: { serialNumber, expiresAt } }],
  };
}
