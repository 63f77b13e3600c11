import type { Attempt, Redistribution } from '../../domain/redistribution/record.js';

type Settlement = NonNullable<Redistribution['settlement']>;

/** The type with all fields required, including the optional ones. */
type Full<T> = { [Field in keyof Required<T>]: T[Field] };

/**
 * Returns the next version of a record. All versions have all fields in the same order, as records from Redis do. V8
 * reads and copies such records many times faster than objects with different layouts, which repeated copying with
 * changes creates.
 */
export function nextVersionOf(
  next: Redistribution,
  { version, attempts, settlement }: Redistribution,
): Redistribution {
  const full: Full<Redistribution> = {
    id: next.id,
    instance: next.instance,
    profile: next.profile,
    computerId: next.computerId,
    managementId: next.managementId,
    enrolledAt: next.enrolledAt,
    version: version + 1,
    openedAt: next.openedAt,
    closedAt: next.closedAt,
    state: next.state,
    since: next.since,
    cause: next.cause,
    dueAt: next.dueAt,
    nativeFailedAt: next.nativeFailedAt,
    nativeFailure: next.nativeFailure,
    direction: next.direction,
    baseline: next.baseline,
    blocked: next.blocked,
    intent: next.intent,
    lease: next.lease,
    attempts: next.attempts === attempts ? attempts : next.attempts.map(fullAttempt),
    retryAt: next.retryAt,
    decidedAt: next.decidedAt,
    woken: next.woken,
    askedAt: next.askedAt,
    proof: next.proof,
    settlement:
      next.settlement === settlement ? settlement : next.settlement && fullSettlement(next.settlement),
    loss: next.loss,
    cancelRequest: next.cancelRequest,
    trouble: next.trouble,
    plan: next.plan,
    history: next.history,
    wakeAt: next.wakeAt,
  };
  return full;
}

function fullAttempt(attempt: Attempt): Full<Attempt> {
  return {
    number: attempt.number,
    mechanism: attempt.mechanism,
    overlaps: attempt.overlaps,
    direction: attempt.direction,
    intentAt: attempt.intentAt,
    triggeredAt: attempt.triggeredAt,
    earlierCommands: attempt.earlierCommands,
    command: attempt.command,
    missingSince: attempt.missingSince,
    deliveryFrom: attempt.deliveryFrom,
    blankPushes: attempt.blankPushes,
    endedAt: attempt.endedAt,
    withdrawnAt: attempt.withdrawnAt,
    outcome: attempt.outcome,
    unreported: attempt.unreported,
    error: attempt.error,
    canary: attempt.canary,
    passedAt: attempt.passedAt,
    doubtedAt: attempt.doubtedAt,
    statusReadAt: attempt.statusReadAt,
    statusSeen: attempt.statusSeen,
    releasedAt: attempt.releasedAt,
    takenOver: attempt.takenOver,
    uncharged: attempt.uncharged,
  };
}

function fullSettlement(settlement: Settlement): Full<Settlement> {
  return {
    kind: settlement.kind,
    dueAt: settlement.dueAt,
    doneAt: settlement.doneAt,
    outcome: settlement.outcome,
    decidedAt: settlement.decidedAt,
    lostAt: settlement.lostAt,
  };
}
