import type { Context, Outcome } from '../evidence/evidence.js';
import { tooLongRefusal } from '../safety-limits/preconditions.js';
import { idleMs } from '../safety-limits/timing.js';
import { subjectTooLong } from '../subject-fit.js';
import { move } from '../transitions.js';
import { block } from './shared/block.js';
import { wait } from '../write.js';
import { ending, renewed } from './ending.js';

/**
 * State `due`, and `blocked` before the end of the grace period. Waits until the end of the grace period (`nativeGrace`). During this
 * period, the Redistribute Profile setting of Jamf Pro may renew the certificate. A manual request does not wait. A Mac whose subject is
 * too long for every mechanism is blocked immediately.
 */
export function due(context: Context): Outcome {
  const end = ending(context) ?? renewed(context);
  if (end !== null) return end;
  const { record, evidence, watched, now } = context;
  const actAt = evidence.assessment?.actAt ?? null;
  if (isInGrace(context) && actAt !== null) {
    const tooLong = evidence.computer && subjectTooLong(watched, evidence.computer);
    if (tooLong !== null)
      return block(context, tooLongRefusal(tooLong, Math.min(actAt, now + idleMs(watched.policy))));
    if (record.state === 'due') return wait(record, actAt);
    return {
      kind: 'move',
      record: move(record, 'due', { at: now, why: 'the subject fits this Mac' }),
      effect: null,
    };
  }
  const why =
    record.cause.kind === 'manual' ? 'requested manually' : `expires ${instant(record.baseline.expiresAt)}`;
  // The Redistribute Profile setting failed only if Recert waited for it. A record that was opened after the grace
  // period did not wait.
  const awaited = record.cause.kind === 'due' && watched.policy.nativeGrace > 0;
  const failed = awaited && actAt !== null && record.openedAt < actAt;
  const reason = failed ? `${why}; Jamf Pro did not renew it within the grace period` : why;
  return {
    kind: 'move',
    record: move(record, 'eligible', { at: now, why: reason }, failed ? { nativeFailedAt: now } : {}),
    effect: null,
  };
}

/** Whether the grace period for the Redistribute Profile setting has not ended. */
export function isInGrace({ record, evidence, now }: Context): boolean {
  const actAt = evidence.assessment?.actAt ?? null;
  return record.cause.kind === 'due' && actAt !== null && now < actAt;
}

function instant(at: number | null): string {
  return at === null ? 'at an unknown time' : new Date(at).toISOString();
}
