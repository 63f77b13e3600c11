import { isError, listed } from '../evidence/commands.js';
import { targetOf } from '../direction.js';
import type { Context, Need, Outcome } from '../evidence/evidence.js';
import { type Attempt, lastAttempt } from '../record.js';
import { move, withAttempt } from '../transitions.js';
import { change, wait } from '../write.js';
import { isReportedSince } from './shared/asking.js';
import { reasonToEnd } from './ending.js';

/** The Mac is in the exclusion group by a lease: its profile goes, and then, or after the time of the lease, it is put back. */
export function excluded(context: Context): Outcome {
  const { record, watched, now } = context;
  const { lease } = record;
  const attempt = lastAttempt(record);
  if (lease === null || attempt === null) throw new RangeError(`${record.id} is excluded without a lease`);
  const why = whyBack(context, attempt);
  if (why === null) return wait(record, Math.min(lease.dueAt, now + watched.policy.waits.poll));
  if (typeof why !== 'string') return { kind: 'need', needs: [why] };
  return {
    kind: 'move',
    record: move(
      record,
      'including',
      { at: now, why, evidence: { group: lease.groupId, excludedAt: lease.at } },
      { lease: { ...lease, returningSince: now } },
    ),
    effect: null,
  };
}

/** What ends the exclusion, the cheap things first; `null` while nothing does. */
function whyBack(context: Context, attempt: Attempt): string | Need | null {
  const { record, evidence, watched, now } = context;
  const { policy } = watched;
  if (record.lease === null || now >= record.lease.dueAt)
    return 'the lease is over, whether the profile is gone or not';
  const end = reasonToEnd(context);
  if (end !== null) return end;
  if (policy.cycle === undefined) return 'cycle is not configured any more';
  if (evidence.breaker === undefined) return { what: 'breaker' };
  if (evidence.breaker !== null) return `the breaker is open: ${evidence.breaker.text}`;
  const side = targetOf(attempt.direction);
  const installed = evidence.computer?.profiles.some(({ id }) => id === watched[side].id) ?? false;
  if (!installed && isReportedSince(context, attempt.intentAt)) return 'inventory shows the profile gone';
  const removals = listed(context, `remove-${side}`);
  if (removals === undefined)
    return {
      what: 'commands',
      lists: [`remove-${side}`],
      sentAfter: attempt.intentAt - policy.waits.command,
    };
  const removal = removals.findLast(({ uuid }) => !attempt.earlierCommands.includes(uuid));
  if (removal?.state === 'ACKNOWLEDGED') return 'the Mac acknowledged RemoveProfile: the profile is gone';
  if (removal !== undefined) return isError(removal) ? `RemoveProfile failed: ${removal.error}` : null;
  return now - record.since >= policy.waits.command ? 'Jamf sent no RemoveProfile' : null;
}

/** Takes the Mac out of the exclusion group until Jamf shows that it is: nothing stops this, and nothing gives it up. */
export function including(context: Context): Outcome {
  const { record, now } = context;
  const open = putBack(context);
  if (open !== null) return open;
  return {
    kind: 'move',
    record: withAttempt(
      move(
        record,
        'triggered',
        {
          at: now,
          why: 'out of the exclusion group, the membership read back shows it',
          evidence: { group: record.lease?.groupId ?? null, excludedAt: record.lease?.at ?? null },
        },
        { intent: null, lease: null, retryAt: null },
      ),
      { triggeredAt: now },
    ),
    effect: null,
  };
}

/** Sees to it that the Mac is not in the exclusion group; `null` once Jamf shows that it is not. */
export function putBack(context: Context): Outcome | null {
  return change(context, 'include', { group: 'exclude', op: 'remove' });
}
