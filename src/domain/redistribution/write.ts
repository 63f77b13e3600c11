import { noSuchProfile } from '../profile.js';
import { scopeConflictOf } from '../audit/scopes.js';
import { groupIdOf, isDone } from './direction.js';
import type { Context, Hold, Outcome, Pause } from './evidence/evidence.js';
import type { RedistributionPolicy, WatchedProfile } from '../watched.js';
import type { Breaker } from './safety-limits/circuit-breaker.js';
import type { GroupChange, Intent, Redistribution } from './record.js';
import { troubleMs } from './safety-limits/timing.js';

/** The data that determines whether a user, the configuration or the scopes in Jamf Pro stop all writes. */
interface Held {
  evidence: { paused: Pause | null };
  watched: WatchedProfile;
}

/** Returns why Recert must not write to Jamf Pro now; `null` when it may write. */
export function heldBy({
  evidence,
  watched,
}: Held): { reason: 'observe' | 'paused' | 'scopes-wrong'; text: string } | null {
  if (watched.policy.mode === 'observe')
    return {
      reason: 'observe',
      text: `${watched.name} is in observe mode: nothing is written to Jamf Pro until someone sets mode: act`,
    };
  if (evidence.paused !== null)
    return {
      reason: 'paused',
      text: `renewals are paused by ${evidence.paused.by} (${evidence.paused.reason}) until someone resumes`,
    };
  const { gone = [] } = watched;
  if (gone.length > 0)
    return {
      reason: 'scopes-wrong',
      text: `no group is changed: ${noSuchProfile(gone)} any more. Create the profile again, and set its new ID in the configuration`,
    };
  const conflict = scopeConflictOf(watched);
  if (conflict !== null)
    return {
      reason: 'scopes-wrong',
      text: `no group is changed until the scopes are corrected: ${conflict}`,
    };
  return null;
}

/** The purpose of a write: that of an intent, or a blank push that wakes a Mac. */
export type Write = Intent['purpose'] | 'blank-push';

/** The data for the check immediately before a write is sent: the decision, and the current state in Redis. */
export interface WriteCheck {
  /** The record as it was stored when the write was decided. */
  decided: Redistribution;
  /** The record as it is stored now. */
  stored: Redistribution | null;
  write: Write;
  paused: Pause | null;
  watched: WatchedProfile;
  limits: { breaker: Breaker | null; hold: Hold | null };
  now: number;
}

/**
 * Returns why a write that was decided must no longer be sent; `null` when it may be sent. A write that gives a Mac its profile back
 * (`include`) is stopped only if the record was changed or closed. An open circuit breaker stops writes that send a profile or remove the
 * old one.
 */
export function whyNotSent(check: WriteCheck): string | null {
  const { decided, stored, write, paused, watched, limits, now } = check;
  if (stored === null || stored.closedAt !== null || stored.version !== decided.version)
    return 'the redistribution was changed in the meantime';
  if (write === 'include') return null;
  const held = heldBy({ evidence: { paused }, watched });
  if (held !== null) return held.text;
  if (write !== 'trigger' && write !== 'finish' && write !== 'tidy') return null;
  if (limits.breaker !== null) return `the circuit breaker is open: ${limits.breaker.text}`;
  if (write !== 'trigger') return null;
  if (limits.hold !== null) return limits.hold.text;
  const excludes = stored.intent?.change?.group === 'exclude';
  if (excludes && (stored.lease === null || now >= stored.lease.dueAt))
    return 'the lease for the exclusion has ended';
  return null;
}

/** Returns the outcome that waits until the given time, or until the redistribution is signaled. */
export function wait(record: Redistribution, until: number): Outcome {
  return { kind: 'wait', record: { ...record, trouble: null, wakeAt: until }, effect: null };
}

/**
 * Changes a group membership: reads it, stores the intent, writes, and reads it back. Returns `null` when the
 * membership is already as wanted. A write is never repeated without reading the membership first, because an
 * earlier call may have succeeded.
 */
export function change(context: Context, purpose: Intent['purpose'], wanted: GroupChange): Outcome | null {
  const { record, evidence, watched, now } = context;
  const member = evidence.membership?.[wanted.group];
  if (member === undefined) return { kind: 'need', needs: [{ what: 'membership', groups: [wanted.group] }] };
  if (isDone(wanted, member)) return null;
  if (evidence.written === purpose) return notShown(context, wanted);
  const onItsWay = stillOnItsWay(context, purpose);
  if (onItsWay !== null) return onItsWay;
  // Pause and observe mode do not apply to `include`: a Mac in the exclusion group has no certificate until it
  // leaves the group.
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
 * Waits for a call that started less than one poll interval ago and has no visible result. A slow worker may still complete the call, or
 * Jamf Pro may apply it late, so another call could write twice. Jamf Pro tolerates this for groups, but Recert does not rely on it.
 */
export function stillOnItsWay({ record, watched, now }: Context, purpose: Intent['purpose']): Outcome | null {
  const { intent } = record;
  if (intent?.purpose !== purpose) return null;
  const overAt = intent.calledAt + watched.policy.waits.poll;
  return now < overAt ? wait(record, overAt) : null;
}

/**
 * Returns the outcome when Jamf Pro accepted a write but does not show the change yet, for example because a cluster node lags. The
 * membership is read again later.
 */
export function notShown({ record, watched, now }: Context, { group, op }: GroupChange): Outcome {
  const { policy } = watched;
  const text = `Jamf Pro accepted the change (${op} ${group}, group ${groupIdOf(group, watched, record.lease)}), but does not show it yet`;
  return { kind: 'wait', record: afterTrouble(record, text, policy, now), effect: null };
}

/**
 * Returns the record after a failed call, which is repeated with a growing delay. While the record has an exclusion lease, the delay
 * stays at one poll interval.
 */
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
