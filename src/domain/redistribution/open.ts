import type { Assessment, AssessmentState } from '../assessment.js';
import type { KnownComputer } from '../known.js';
import type { WatchedProfile } from '../watched.js';
import { directionFrom, membershipIn, planOf } from './direction.js';
import type { Cause, Redistribution } from './record.js';

/**
 * Creates a redistribution that is not stored yet. `id` must be unique and not a number, because BullMQ rejects
 * numeric job IDs.
 */
export function openRedistribution({
  id,
  computer,
  watched,
  assessment,
  cause,
  now,
}: {
  id: string;
  computer: KnownComputer;
  watched: WatchedProfile;
  assessment: Assessment;
  cause: Cause;
  now: number;
}): Redistribution {
  const direction = directionFrom(membershipIn(computer.groupIds, watched));
  return {
    id,
    instance: watched.instance,
    profile: watched.name,
    computerId: computer.id,
    managementId: computer.managementId,
    enrolledAt: computer.enrolledAt,
    version: 1,
    openedAt: now,
    closedAt: null,
    state: 'due',
    since: now,
    cause,
    dueAt: assessment.dueAt,
    nativeFailedAt: null,
    nativeFailure: null,
    direction,
    baseline: {
      serialNumber: assessment.certificate?.serialNumber ?? '',
      expiresAt: assessment.certificate?.expiresAt ?? null,
      at: now,
    },
    blocked: null,
    intent: null,
    lease: null,
    attempts: [],
    retryAt: null,
    woken: null,
    askedAt: null,
    proof: null,
    settlement: null,
    cancelRequest: null,
    trouble: null,
    plan: planOf(direction, watched),
    history: [
      {
        at: now,
        from: null,
        to: 'due',
        why: reasonOf(cause, assessment),
        evidence: {
          serialNumber: assessment.certificate?.serialNumber ?? null,
          expiresAt: assessment.certificate?.expiresAt ?? null,
          reportedAt: computer.reportedAt,
        },
      },
    ],
    wakeAt: now,
  };
}

const REASONS: Record<AssessmentState, string> = {
  due: 'the certificate is inside the renewal window',
  overdue: 'the renewal is overdue',
  expired: 'the certificate has expired',
  healthy: 'the certificate is healthy',
  unknown: 'the certificate status is unknown',
};

function reasonOf(cause: Cause, assessment: Assessment): string {
  return cause.kind === 'manual' ? `requested by ${cause.by}: ${cause.reason}` : REASONS[assessment.state];
}
