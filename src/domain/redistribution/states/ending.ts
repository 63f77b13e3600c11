import { scopeConflictOf } from '../../audit/scopes.js';
import { inScopeOfEither, type ScopeFacts } from '../../scope.js';
import type { WatchedProfile } from '../../watched.js';
import { creditOfOthers } from '../evidence/credit.js';
import { overlapOf, reverseOf, targetOf, triggerChange } from '../direction.js';
import type { Context, Outcome } from '../evidence/evidence.js';
import { renewal, shownBy, sideOf, withSource } from '../evidence/proof.js';
import { type Attempt, lastAttempt, type Redistribution } from '../record.js';
import { SKEW_MS } from '../safety-limits/timing.js';
import { move } from '../transitions.js';
import { isUnheard } from './shared/flushed.js';

/** Maximum difference between two dates of the same enrollment, which may be reported with different precision. Milliseconds. */
const SAME_ENROLLMENT_MS = 2_000;

/** Cancels a redistribution that has a `reasonToEnd`, and schedules the cleanup; returns `null` when there is no reason. */
export function ending(context: Context): Outcome | null {
  const { record, evidence, watched, now } = context;
  const why = reasonToEnd(context);
  if (why === null) return null;
  const gone = evidence.computer !== null && evidence.computer.retiredAt !== null;
  return {
    kind: 'move',
    record: move(
      endAttempt(record, now),
      'cancelled',
      { at: now, why },
      {
        intent: null,
        settlement: gone ? null : afterWrites(cleaningUp(record, now), record, watched.policy.waits.poll),
      },
    ),
    effect: null,
  };
}

/**
 * Returns why a redistribution must end: a user canceled it, or its Mac was deleted, re-enrolled, left the scope
 * or is no longer due.
 */
export function reasonToEnd(context: Context): string | null {
  const { record, evidence, watched, now } = context;
  const { cancelRequest } = record;
  const { computer, assessment } = evidence;
  // A request to cancel waits until the Mac has checked in after failed commands were cleared. Clearing cannot be undone, and the next
  // redistribution would not know that Jamf Pro may still send one of these commands.
  if (cancelRequest !== null && !isUnheard(context))
    return `canceled by ${cancelRequest.by}: ${cancelRequest.reason}`;
  if (computer === null || assessment === null) return null;
  if (computer.retiredAt !== null) return 'the Mac was deleted from Jamf Pro';
  if (isReenrolled(record, computer))
    return 'the Mac has re-enrolled, so Jamf Pro installs its profiles again';
  if (!assessment.inScope && !isOutByMistake(computer, watched))
    return `the Mac left the scope of ${watched.name}`;
  const untouched = record.attempts.length === 0 && record.cause.kind === 'due';
  const same = assessment.certificate?.serialNumber === record.baseline.serialNumber;
  if (untouched && same && assessment.state === 'healthy' && (assessment.dueAt ?? 0) > now)
    return 'no longer due because the renewal window changed';
  return null;
}

/**
 * Whether a Mac counts as out of scope only because of a wrong group or profile in the configuration: the configured groups and the
 * scopes in Jamf Pro do not match, but the scope of one of the two profiles includes the Mac. Such a mistake must not end a
 * redistribution.
 */
function isOutByMistake(computer: ScopeFacts, watched: WatchedProfile): boolean {
  if (scopeConflictOf(watched) === null) return false;
  // Ignores the exclusion group, because Recert removes the Mac from this group again.
  const groupIds = computer.groupIds.filter((id) => id !== watched.policy.cycle?.exclude);
  return inScopeOfEither(watched, computer, groupIds);
}

/** Whether the Mac has enrolled again since the redistribution was opened. */
export function isReenrolled(
  { managementId, enrolledAt }: Redistribution,
  computer: { managementId: string; enrolledAt: number | null },
): boolean {
  if (managementId !== '' && computer.managementId !== '' && managementId !== computer.managementId)
    return true;
  return (
    enrolledAt !== null &&
    computer.enrolledAt !== null &&
    computer.enrolledAt > enrolledAt + SAME_ENROLLMENT_MS
  );
}

/**
 * Returns the cleanup of a redistribution that ends without verification: it reverts the trigger, if there may
 * have been one.
 */
export function cleaningUp(record: Redistribution, now: number): Redistribution['settlement'] {
  const attempt = lastAttempt(record);
  if (attempt === null || !attempt.overlaps || attempt.withdrawnAt !== null) return null;
  return { kind: 'return', dueAt: now, doneAt: null, outcome: null };
}

/** Delays the cleanup until a call that has just started must have taken effect. */
function afterWrites(
  settlement: Redistribution['settlement'],
  { intent }: Redistribution,
  pollMs: number,
): Redistribution['settlement'] {
  if (settlement === null || intent === null) return settlement;
  return { ...settlement, dueAt: Math.max(settlement.dueAt, intent.calledAt + pollMs) };
}

/** Returns the group change that reverts an attempt. */
export function returnChange({ direction }: Attempt) {
  return reverseOf(triggerChange(direction));
}

function endAttempt(record: Redistribution, now: number): Redistribution {
  const last = lastAttempt(record);
  if (last === null || last.endedAt !== null) return record;
  return {
    ...record,
    attempts: [...record.attempts.slice(0, -1), { ...last, endedAt: now, outcome: 'cancelled' }],
  };
}

/**
 * Detects that the certificate was renewed although no attempt is in progress: by the Redistribute Profile setting
 * of Jamf Pro, by something else, or by an earlier attempt that was not verified in time. Nothing more is
 * triggered then.
 */
export function renewed(context: Context): Outcome | null {
  const { record, evidence, watched, now } = context;
  const { computer, assessment } = evidence;
  if (computer === null || assessment === null || record.intent?.purpose === 'trigger') return null;
  const found = renewal({ certificate: assessment.certificate, reportedAt: computer.reportedAt }, record);
  if (found === null) return null;
  const attempt = lastAttempt(record);
  const side = sideOf(assessment.certificate?.subject ?? '', watched);
  const ours =
    (attempt?.outcome === 'unproven' || attempt?.outcome === 'no-command') &&
    attempt.withdrawnAt === null &&
    (found.issuedAt ?? now) >= attempt.intentAt - SKEW_MS &&
    (side ?? targetOf(attempt.direction)) === targetOf(attempt.direction);
  const certificate = assessment.certificate ?? { subject: '' };
  const credit = ours ? 'recert' : creditOfOthers(computer, certificate, watched);
  const proof = withSource({ ...found, credit }, computer);
  const why = ours
    ? `verified late: ${shownBy(proof)}`
    : `renewed by ${credit === 'jamf' ? "Jamf Pro's own setting" : 'someone else'}: ${shownBy(proof)}`;
  return {
    kind: 'move',
    record: move(
      record,
      'verified',
      { at: now, why, evidence: { ...proof } },
      {
        proof,
        intent: null,
        settlement: settlementAfter(context, attempt, ours ? targetOf(attempt.direction) : side),
      },
    ),
    effect: null,
  };
}

/**
 * Returns the cleanup that keeps the profile from which the new certificate comes. If this profile is unknown, the Mac keeps both
 * profiles.
 */
function settlementAfter(
  { watched, now }: Context,
  attempt: Attempt | null,
  holder: 'blue' | 'green' | null,
): Redistribution['settlement'] {
  if (attempt === null || !attempt.overlaps || attempt.withdrawnAt !== null) return null;
  const open = { doneAt: null, outcome: null };
  if (holder === null) return { kind: 'return', dueAt: now, doneAt: now, outcome: 'left' };
  return holder === targetOf(attempt.direction)
    ? { kind: 'finish', dueAt: now + overlapOf(watched.policy).settle, ...open }
    : { kind: 'return', dueAt: now, ...open };
}
