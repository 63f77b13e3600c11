import { creditOfOthers } from '../evidence/credit.js';
import { reverseOf, targetOf, triggerChange } from '../direction.js';
import type { Context, Outcome } from '../evidence/evidence.js';
import { renewal, sideOf } from '../evidence/proof.js';
import { type Attempt, lastAttempt, type Proof, type Redistribution } from '../record.js';
import { SKEW_MS } from '../safety-limits/timing.js';
import { move } from '../transitions.js';
import { isUnheard } from './shared/flushed.js';

/** A later enrolment date by less than this is the same enrolment, written with another precision. */
const SAME_ENROLMENT_MS = 2_000;

/** Ends what makes no sense any more: a person wants it, or the Mac is not the one any more for which it was opened. */
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

/** Why it makes no sense any more, `null` while it does. */
export function reasonToEnd(context: Context): string | null {
  const { record, evidence, watched, now } = context;
  const { cancelRequest } = record;
  const { computer, assessment } = evidence;
  // What was flushed cannot be called back, and the next redistribution would not know of it.
  if (cancelRequest !== null && !isUnheard(context))
    return `stopped by ${cancelRequest.by}: ${cancelRequest.reason}`;
  if (computer === null || assessment === null) return null;
  if (computer.retiredAt !== null) return 'Jamf no longer knows this Mac';
  if (isReenrolled(record, computer)) return 'the Mac has enrolled again: Jamf installs its profiles afresh';
  if (!assessment.inScope) return `the Mac left the scope of ${watched.name}`;
  const untouched = record.attempts.length === 0 && record.cause.kind === 'due';
  const same = assessment.certificate?.serialNumber === record.baseline.serialNumber;
  if (untouched && same && assessment.state === 'healthy' && (assessment.dueAt ?? 0) > now)
    return 'no longer due: the window was changed';
  return null;
}

function isReenrolled(
  { managementId, enrolledAt }: Redistribution,
  computer: { managementId: string; enrolledAt: number | null },
): boolean {
  if (managementId !== '' && computer.managementId !== '' && managementId !== computer.managementId)
    return true;
  return (
    enrolledAt !== null &&
    computer.enrolledAt !== null &&
    computer.enrolledAt > enrolledAt + SAME_ENROLMENT_MS
  );
}

/** What has to be taken back when it ends without a proof: the trigger, if there may have been one. */
export function cleaningUp(record: Redistribution, now: number): Redistribution['settlement'] {
  const attempt = lastAttempt(record);
  if (attempt === null || !attempt.overlaps || attempt.withdrawnAt !== null) return null;
  return { kind: 'return', dueAt: now, doneAt: null, outcome: null };
}

/** What was begun a moment ago may still arrive, and is looked for after that. */
function afterWrites(
  settlement: Redistribution['settlement'],
  { intent }: Redistribution,
  pollMs: number,
): Redistribution['settlement'] {
  if (settlement === null || intent === null) return settlement;
  return { ...settlement, dueAt: Math.max(settlement.dueAt, intent.calledAt + pollMs) };
}

/** The write that cleaning up needs. */
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
 * Recognises that the certificate was renewed although nothing of ours is under way: by Jamf's own setting, by somebody else, or late
 * by an attempt that had been given up as unproven. Nothing is pushed for it any more.
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
    attempt?.outcome === 'unproven' &&
    attempt.withdrawnAt === null &&
    (found.issuedAt ?? now) >= attempt.intentAt - SKEW_MS &&
    (side ?? targetOf(attempt.direction)) === targetOf(attempt.direction);
  const certificate = assessment.certificate ?? { subject: '' };
  const credit = ours ? 'recert' : creditOfOthers(computer, certificate, watched);
  const proof: Proof = { ...found, credit };
  const why = ours
    ? 'proven late: inventory shows a new serial number with a later expiry'
    : `renewed without us, by ${credit === 'jamf' ? "Jamf's own setting" : 'somebody else'}: inventory shows a new serial number with a later expiry`;
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

/** Keeps the profile that holds the new certificate; when that cannot be told, the Mac keeps both. */
function settlementAfter(
  { watched, now }: Context,
  attempt: Attempt | null,
  holder: 'blue' | 'green' | null,
): Redistribution['settlement'] {
  if (attempt === null || !attempt.overlaps || attempt.withdrawnAt !== null) return null;
  const open = { doneAt: null, outcome: null };
  if (holder === null) return { kind: 'return', dueAt: now, doneAt: now, outcome: 'left' };
  return holder === targetOf(attempt.direction)
    ? { kind: 'finish', dueAt: now + watched.policy.overlap.settle, ...open }
    : { kind: 'return', dueAt: now, ...open };
}
