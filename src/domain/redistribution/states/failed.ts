import type { Context, Outcome } from '../evidence/evidence.js';
import { unchargedCause } from '../safety-limits/common-cause.js';
import { isTakenOver } from '../evidence/commands.js';
import { needAttempts } from '../safety-limits/preconditions.js';
import { takenOverText } from '../failure.js';
import { type Attempt, lastAttempt } from '../record.js';
import { retryMs } from '../safety-limits/timing.js';
import { move, withAttempt } from '../transitions.js';
import { cleaningUp } from './ending.js';

/**
 * Ends a failed attempt: schedules another one after the retry delay, or changes to the state `needs-human` when
 * no attempts are left. A common cause, such as a wrong challenge, uses up no attempt of the Mac.
 */
export function failed(
  context: Context,
  {
    outcome,
    why,
    error = '',
    unreported = false,
  }: { outcome: NonNullable<Attempt['outcome']>; why: string; error?: string; unreported?: boolean },
): Outcome {
  const { record, evidence, watched, now } = context;
  const { attemptsUsed } = evidence;
  if (attemptsUsed === undefined) return { kind: 'need', needs: [needAttempts(context)] };
  const takenOver = lastAttempt(record)?.takenOver ?? (isTakenOver(error) ? error : undefined);
  const uncharged = outcome === 'error' && takenOver === undefined ? unchargedCause(record, error) : null;
  const ended = withAttempt(record, {
    endedAt: now,
    outcome,
    error,
    unreported,
    ...(takenOver !== undefined && { takenOver }),
    ...(uncharged !== null && { uncharged }),
  });
  const { number, command } = ended.attempts.at(-1) ?? { number: 0, command: null };
  const seen = { attempt: number, outcome, error, command: command?.uuid ?? null };
  const gaveUp = takenOver === undefined ? `after ${attemptsUsed} attempts` : takenOverText(takenOver);
  if ((uncharged === null && attemptsUsed >= watched.policy.attempts) || takenOver !== undefined)
    return {
      kind: 'move',
      record: move(
        ended,
        'needs-human',
        { at: now, why: `${why} (${gaveUp})`, evidence: seen },
        // The attempt was acknowledged but not verified. The new profile may have a valid certificate, so the Mac
        // keeps both profiles.
        { retryAt: null, settlement: outcome === 'unproven' ? null : cleaningUp(ended, now) },
      ),
      effect: null,
    };
  const retryAt = now + retryMs(watched.policy, ended);
  return {
    kind: 'move',
    record: move(ended, 'retry', { at: now, why, evidence: seen }, { retryAt }),
    effect: null,
  };
}
