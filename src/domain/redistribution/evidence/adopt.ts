import type { Assessment } from '../../assessment.js';
import type { KnownComputer } from '../../known.js';
import type { WatchedProfile } from '../../watched.js';
import { newAttempt } from '../attempt.js';
import { membershipIn, planOf, standingOf } from '../direction.js';
import { openRedistribution } from '../open.js';
import { sideOf } from './proof.js';
import type { Direction, Redistribution } from '../record.js';

/**
 * The end of a redistribution whose record was lost with Redis: the Mac is renewed and still has both profiles, and nobody is left to
 * drop the old one. `null` when there is nothing to end, or when inventory does not say which profile holds the certificate. To be
 * asked only when no record says how this Mac came to it: one that was left with both by a person stays so.
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
  const why = `found with both profiles and a new certificate of ${side}, without a record: taken up where it settles`;
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
      dueAt: Math.max(now, (issuedAt ?? now) + watched.policy.overlap.settle),
      doneAt: null,
      outcome: null,
    },
    history: [{ at: now, from: null, to: 'verified', why, evidence: { serialNumber, expiresAt } }],
  };
}
