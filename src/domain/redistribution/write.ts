import { groupIdOf, isDone } from './direction.js';
import type { Context, Outcome } from './evidence/evidence.js';
import type { RedistributionPolicy } from '../watched.js';
import type { GroupChange, Intent, Redistribution } from './record.js';
import { troubleMs } from './safety-limits/timing.js';

/** Why nothing may be written to Jamf now, `null` when it may. */
export function heldBy({
  evidence,
  watched,
}: Context): { reason: 'observe' | 'paused'; text: string } | null {
  if (watched.policy.mode === 'observe')
    return { reason: 'observe', text: `${watched.name} is in mode observe: nothing is written to Jamf` };
  if (evidence.paused !== null)
    return { reason: 'paused', text: `paused by ${evidence.paused.by}: ${evidence.paused.reason}` };
  return null;
}

/** Nothing to do until an instant, or until there is news. */
export function wait(record: Redistribution, until: number): Outcome {
  return { kind: 'wait', record: { ...record, trouble: null, wakeAt: until }, effect: null };
}

/**
 * Brings a group membership about: reads it, writes down the intent, has it written, reads it back. `null` once it is as wanted.
 * A write that was begun and not seen is never repeated blindly: whoever comes here reads the membership first.
 */
export function change(context: Context, purpose: Intent['purpose'], wanted: GroupChange): Outcome | null {
  const { record, evidence, watched, now } = context;
  const member = evidence.membership?.[wanted.group];
  if (member === undefined) return { kind: 'need', needs: [{ what: 'membership', groups: [wanted.group] }] };
  if (isDone(wanted, member)) return null;
  if (evidence.written === purpose) return notShown(context, wanted);
  const onItsWay = stillOnItsWay(context, purpose);
  if (onItsWay !== null) return onItsWay;
  // Pause and observe stop what begins something. A Mac without its profile is put back whatever is said.
  const held = purpose === 'include' ? null : heldBy(context);
  if (held !== null) return wait(record, now + watched.policy.waits.poll);
  const begun = record.intent?.purpose === purpose ? record.intent : null;
  const intent = {
    purpose,
    change: wanted,
    at: begun?.at ?? now,
    calls: (begun?.calls ?? 0) + 1,
    calledAt: now,
  };
  return {
    kind: 'move',
    record: { ...record, intent },
    effect: { do: 'change-group', purpose, change: wanted },
  };
}

/**
 * A call that was begun a moment ago and is not seen yet may be on its way still: made by a worker that is slow and not dead, or
 * unanswered and done late. Writing again now would be writing twice. Jamf bears that for groups; we do not rely on it.
 */
export function stillOnItsWay({ record, watched, now }: Context, purpose: Intent['purpose']): Outcome | null {
  const { intent } = record;
  if (intent?.purpose !== purpose) return null;
  const overAt = intent.calledAt + watched.policy.waits.poll;
  return now < overAt ? wait(record, overAt) : null;
}

/** Jamf answered that it did it, and does not show it: a node of its cluster may lag. */
export function notShown({ record, watched, now }: Context, { group, op }: GroupChange): Outcome {
  const { policy } = watched;
  const text = `Jamf took the change (${op} ${group}, group ${groupIdOf(group, watched, record.lease)}) and the membership read back does not show it`;
  return { kind: 'wait', record: afterTrouble(record, text, policy, now), effect: null };
}

/** The record after a call that failed: nothing is concluded from it, the call is made again later, ever less often; a lease does not wait. */
export function afterTrouble(
  record: Redistribution,
  text: string,
  policy: RedistributionPolicy,
  now: number,
): Redistribution {
  const count = (record.trouble?.count ?? 0) + 1;
  return {
    ...record,
    trouble: { since: record.trouble?.since ?? now, at: now, count, text },
    wakeAt: now + (record.lease === null ? troubleMs(policy, count) : policy.waits.poll),
  };
}
