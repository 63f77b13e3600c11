import type { MdmCommand } from '../../profile.js';
import { isNativeOnly, type RedistributionPolicy } from '../../watched.js';
import { isPending, listed, needLists, needOwn, ownCommand } from '../evidence/commands.js';
import { groupIdOf, isDone, sidesOf, standingOf, targetOf } from '../direction.js';
import type { CommandList, Context, Outcome } from '../evidence/evidence.js';
import { isSeenForCanary } from '../safety-limits/canary-wait.js';
import { firstRefusal, overridesOf } from '../safety-limits/preconditions.js';
import { choose } from '../mechanism.js';
import { type GroupRole, lastAttempt } from '../record.js';
import { idleMs, pollMs } from '../safety-limits/timing.js';
import { move, withAttempt } from '../transitions.js';
import { notShown, stillOnItsWay, wait } from '../write.js';
import { askForInventory, isReadSince, isReportedSince } from './shared/asking.js';
import { block } from './shared/block.js';
import { answerFirst } from './shared/pending-command-first.js';
import { ending, renewed } from './ending.js';
import { putBack } from './excluded.js';
import { nativeFailed } from './native.js';
import { overlapping } from './overlapping.js';
import { trigger } from './trigger.js';

/**
 * State `eligible`. Checks all preconditions, those that need no API call first, then stores the intent and writes
 * once. Resumes a write that was already started.
 */
export function eligible(context: Context): Outcome {
  const { lease, intent } = context.record;
  // A Mac that may be in the exclusion group must leave it before anything else, even before the redistribution
  // ends.
  if (lease !== null)
    return intent?.purpose === 'trigger' ? resume(context) : endExclusion(context, lease.at);
  const end = ending(context) ?? renewed(context);
  if (end !== null) return end;
  if (context.record.intent?.purpose === 'trigger') return resume(context);
  const failure = isNativeOnly(context.watched.policy) ? nativeFailed(context) : null;
  if (failure !== null) return failure;
  const verdict = firstRefusal(context);
  if (verdict !== null) return 'need' in verdict ? need(verdict.need) : block(context, verdict.refusal);
  if (isCurrent(context)) return approachInCanary(context) ?? approach(context);
  // The interval between reads grows with the time since `since`. It is counted from the last request, not from the start of the state,
  // so that a Mac that has waited in the queue for days is read immediately.
  const { since, askedAt } = context.record;
  return askForInventory(context, { since: Math.max(since, askedAt ?? since) });
}

/**
 * Ends an exclusion that was started and that Jamf Pro does not show. Keeps the lease until a delayed call can no longer take effect.
 * Until then, removes the Mac from the exclusion group whenever Jamf Pro shows it there.
 */
function endExclusion(context: Context, at: number): Outcome {
  const { record, watched, now } = context;
  const open = putBack(context);
  if (open !== null) return open;
  const overAt = at + watched.policy.waits.command;
  if (now < overAt)
    return wait({ ...record, intent: null }, Math.min(overAt, now + watched.policy.waits.poll));
  return { kind: 'move', record: { ...record, intent: null, lease: null, wakeAt: now }, effect: null };
}

/**
 * Whether the Mac was read recently enough for a trigger. After the read, it may have re-enrolled, left the scope, or been renewed by
 * something else.
 */
function isCurrent(context: Context): boolean {
  return isReadSince(context, context.now - context.watched.policy.waits.command);
}

/** Blocks a Mac that would be in a canary wave but is asleep. The wave continues with the next Mac. */
function approachInCanary(context: Context): Outcome | null {
  const { record, evidence, watched, now } = context;
  const { waits } = watched.policy;
  const lastContactAt = evidence.computer?.lastContactAt ?? null;
  const inCanary = (evidence.room?.canary ?? null) !== null && !overridesOf(record).overCanary;
  if (!inCanary || isSeenForCanary(lastContactAt, { waits, now })) return null;
  return block(context, {
    reason: 'offline',
    text: 'a canary wave starts with Macs that are in contact with Jamf Pro; renewal resumes at the next check-in',
    until: now + idleMs(watched.policy),
  });
}

/** Continues after all preconditions except the permit are met. Checks group membership and pending commands, then triggers. */
function approach(context: Context): Outcome {
  const { record, evidence, watched, now } = context;
  const groups = groupsOf(watched.policy);
  const { joinGreen = false, leaveBlue = false, exclude } = evidence.membership ?? {};
  if (groups.some((role) => evidence.membership?.[role] === undefined))
    return need({ what: 'membership', groups });
  // The Mac is in the exclusion group without a lease: someone added it, or it was added before Redis lost its
  // data.
  if (exclude === true) return putBack(context) ?? wait(record, now);
  if (record.intent?.purpose === 'include') return afterReturn(context, record.intent.calledAt);
  const standing = standingOf({ joinGreen, leaveBlue });
  if (standing === 'overlapping') return overlapping(context);

  const installs = sidesOf(watched).map((one) => `install-${one}` as const);
  const needed = [...installs, ...removals(context, standing)];
  if (needed.some((list) => listed(context, list) === undefined)) return need(needLists(needed, now));
  const choice = choose(context, standing);
  if ('refusal' in choice) return block(context, choice.refusal);
  const side = targetOf(choice.choice.direction);
  const pending = [...installs, `remove-${side}` as const]
    .flatMap((list) => listed(context, list) ?? [])
    .find(isPending);
  if (pending !== undefined) return answerFirst(context, pending);
  const unreported = unreportedInstall(context);
  if (unreported !== null)
    return block(context, {
      reason: 'inventory-stale',
      text: `the Mac acknowledged InstallProfile ${unreported.uuid} but has not reported inventory since, so it may already have a new certificate; renewal resumes after the next report`,
      until: now + pollMs(watched.policy, record.since, now),
    });
  return trigger(context, choice.choice);
}

/** Returns the groups that determine which profiles a Mac should have. */
function groupsOf({ overlap, cycle }: RedistributionPolicy): GroupRole[] {
  return [
    ...(overlap === undefined ? [] : (['joinGreen', 'leaveBlue'] as const)),
    ...(cycle === undefined ? [] : (['exclude'] as const)),
  ];
}

/**
 * Continues after Recert removed the Mac from an exclusion group although it had no lease. Jamf Pro then installs the
 * profile. First, the Mac is read again: if it has re-enrolled, its commands are listed under another management ID.
 */
function afterReturn(context: Context, at: number): Outcome {
  const { record, watched, now } = context;
  if (!isReadSince(context, at)) return askForInventory(context, { since: at });
  return wait({ ...record, intent: null }, now + watched.policy.waits.poll);
}

/**
 * Returns the lists of RemoveProfile commands that must contain no pending command: for the profile that an
 * overlap installs, and for the current profile if another mechanism may send it again.
 */
function removals({ watched }: Context, standing: 'blue' | 'green' | 'neither'): readonly CommandList[] {
  if (watched.green === null) return ['remove-blue'];
  const there = standing === 'green' ? 'remove-green' : 'remove-blue';
  const coming = standing === 'green' ? 'remove-blue' : 'remove-green';
  const stays = watched.policy.mechanisms.some((mechanism) => mechanism !== 'overlap');
  return stays ? [coming, there] : [coming];
}

/**
 * Returns an acknowledged InstallProfile command for either profile, regardless of the sender, that is newer than the last
 * inventory report.
 */
function unreportedInstall(context: Context): MdmCommand | null {
  const installs = sidesOf(context.watched).flatMap((side) => listed(context, `install-${side}`) ?? []);
  return (
    installs.find(
      ({ state, completedAt }) =>
        state === 'ACKNOWLEDGED' && completedAt !== null && !isReportedSince(context, completedAt),
    ) ?? null
  );
}

/** Continues after a write was started. Checks whether the write took effect, first by the group membership, then by the commands. */
function resume(context: Context): Outcome {
  const { record, evidence } = context;
  const { intent } = record;
  const attempt = lastAttempt(record);
  if (intent === null || attempt === null)
    throw new RangeError(`${record.id} has the intent of a trigger, but no attempt`);
  const { change } = intent;
  if (change !== null) {
    const member = evidence.membership?.[change.group];
    if (member === undefined) return need({ what: 'membership', groups: [change.group] });
    if (isDone(change, member)) return arrived(context, 'confirmed by reading the group back');
  }
  const side = targetOf(attempt.direction);
  const commands = listed(context, `install-${side}`);
  if (commands === undefined) return need(needOwn(attempt, side));
  if (ownCommand(commands, attempt) !== null && change?.group !== 'exclude')
    return arrived(context, 'confirmed by its InstallProfile command');
  if (evidence.written === 'trigger')
    return change === null ? arrived(context, 'accepted by Jamf Pro') : notShown(context, change);
  const onItsWay = stillOnItsWay(context, 'trigger');
  if (onItsWay !== null) return onItsWay;
  // Nothing shows whether failed commands were cleared. If they were, Jamf Pro sends one again, and another
  // attempt would issue a second certificate.
  if (change === null)
    return arrived(context, 'a worker stopped during the call; waiting to see whether it took effect');
  return dropped(context);
}

/**
 * Removes an attempt whose write did not take effect. The preconditions are then checked again. The next attempt has the same number and
 * therefore uses the same permit.
 */
function dropped({ record, now }: Context): Outcome {
  const attempts = record.attempts.slice(0, -1);
  return { kind: 'move', record: { ...record, intent: null, attempts, wakeAt: now }, effect: null };
}

function arrived(context: Context, seen: string): Outcome {
  const { record, watched, now } = context;
  const change = record.intent?.change ?? null;
  const group = change === null ? null : groupIdOf(change.group, watched, record.lease);
  const verb = change?.op === 'remove' ? 'removed from' : 'added to';
  const done = group === null ? 'failed commands cleared' : `${verb} static group ${group}`;
  const excluded = change?.group === 'exclude';
  const entry = {
    at: now,
    why: `${done}: ${seen}`,
    evidence: {
      attempt: record.attempts.length,
      mechanism: lastAttempt(record)?.mechanism ?? null,
      group,
      decidedAt: record.intent?.at ?? null,
      serialNumber: record.baseline.serialNumber,
      expiresAt: record.baseline.expiresAt,
    },
  };
  const moved = move(record, excluded ? 'excluded' : 'triggered', entry, { intent: null, retryAt: null });
  return { kind: 'move', record: excluded ? moved : withAttempt(moved, { triggeredAt: now }), effect: null };
}

function need(...needs: Extract<Outcome, { kind: 'need' }>['needs']): Outcome {
  return { kind: 'need', needs };
}
