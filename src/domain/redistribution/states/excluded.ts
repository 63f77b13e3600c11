import { isError, isTakenOver, listed } from '../evidence/commands.js';
import { profileAt, targetOf } from '../direction.js';
import type { Context, Need, Outcome } from '../evidence/evidence.js';
import type { MdmCommand } from '../../profile.js';
import { type Attempt, lastAttempt } from '../record.js';
import { move, withAttempt } from '../transitions.js';
import { change, wait } from '../write.js';
import { isReportedSince } from './shared/asking.js';
import { reasonToEnd } from './ending.js';

/**
 * State `excluded`: the Mac is in the exclusion group with a lease. It leaves the group when its profile is
 * removed or the lease expires.
 */
export function excluded(context: Context): Outcome {
  const { record, watched, now } = context;
  const { lease } = record;
  const attempt = lastAttempt(record);
  if (lease === null || attempt === null) throw new RangeError(`${record.id} is excluded without a lease`);
  const why = reasonToReturn(context, attempt);
  if (why === null) return wait(record, Math.min(lease.dueAt, now + watched.policy.waits.poll));
  if (typeof why !== 'string') return { kind: 'need', needs: [why] };
  const next = move(
    record,
    'including',
    { at: now, why, evidence: { group: lease.groupId, excludedAt: lease.at } },
    { lease: { ...lease, returningSince: now } },
  );
  const takenOver = refusalOf(context, attempt);
  return { kind: 'move', record: takenOver === null ? next : withAttempt(next, { takenOver }), effect: null };
}

/** Returns the error text of the RemoveProfile command if a blueprint has taken over the profile; otherwise `null`. */
function refusalOf(context: Context, attempt: Attempt): string | null {
  const removal = removalOf(listed(context, `remove-${targetOf(attempt.direction)}`) ?? [], attempt);
  return removal !== undefined && isError(removal) && isTakenOver(removal.error) ? removal.error : null;
}

function removalOf(removals: readonly MdmCommand[], { earlierCommands }: Attempt): MdmCommand | undefined {
  return removals.findLast(({ uuid }) => !earlierCommands.includes(uuid));
}

/** Returns why the exclusion ends; `null` while it continues. Checks that need no API call come first. */
function reasonToReturn(context: Context, attempt: Attempt): string | Need | null {
  const { record, evidence, watched, now } = context;
  const { policy } = watched;
  if (record.lease === null || now >= record.lease.dueAt)
    return 'the lease expired, so the exclusion ends whether or not the profile was removed';
  const end = reasonToEnd(context);
  if (end !== null) return end;
  if (policy.cycle === undefined) return 'cycle is no longer configured';
  if (evidence.breaker === undefined) return { what: 'breaker' };
  if (evidence.breaker !== null) return `circuit breaker open: ${evidence.breaker.text}`;
  const side = targetOf(attempt.direction);
  const installed = evidence.computer?.profiles.some(({ id }) => id === profileAt(watched, side).id) ?? false;
  if (!installed && isReportedSince(context, attempt.intentAt))
    return 'inventory shows that the profile was removed';
  const removals = listed(context, `remove-${side}`);
  if (removals === undefined)
    return {
      what: 'commands',
      lists: [`remove-${side}`],
      sentAfter: attempt.intentAt - policy.waits.command,
    };
  const removal = removalOf(removals, attempt);
  if (removal?.state === 'ACKNOWLEDGED') return 'the Mac acknowledged RemoveProfile';
  if (removal !== undefined) return isError(removal) ? `RemoveProfile failed: ${removal.error}` : null;
  return now - record.since >= policy.waits.command ? 'Jamf Pro sent no RemoveProfile command' : null;
}

/**
 * State `including`: removes the Mac from the exclusion group and repeats this without limit until Jamf Pro
 * confirms it. Pause and observe mode do not apply.
 */
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
          why: 'removed from the exclusion group (confirmed by reading the group back)',
          evidence: { group: record.lease?.groupId ?? null, excludedAt: record.lease?.at ?? null },
        },
        { intent: null, lease: null, retryAt: null },
      ),
      { triggeredAt: now },
    ),
    effect: null,
  };
}

/** Removes the Mac from the exclusion group; returns `null` when Jamf Pro shows that it is not a member. */
export function putBack(context: Context): Outcome | null {
  return change(context, 'include', { group: 'exclude', op: 'remove' });
}
