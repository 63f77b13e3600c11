import type { MdmCommand } from '../../profile.js';
import { isPending, listed, needLists, needOwn, ownCommand } from '../evidence/commands.js';
import { groupIdOf, isDone, standingOf, targetOf } from '../direction.js';
import type { CommandList, Context, Outcome } from '../evidence/evidence.js';
import { firstRefusal } from '../safety-limits/preconditions.js';
import { choose } from '../mechanism.js';
import { lastAttempt } from '../record.js';
import { pollMs } from '../safety-limits/timing.js';
import { move, withAttempt } from '../transitions.js';
import { notShown, stillOnItsWay, wait } from '../write.js';
import { askForInventory, isReadSince, isReportedSince } from './shared/asking.js';
import { block } from './shared/block.js';
import { answerFirst } from './shared/pending-command-first.js';
import { ending, renewed } from './ending.js';
import { putBack } from './excluded.js';
import { overlapping } from './overlapping.js';
import { trigger } from './trigger.js';

/** Everything is checked, the cheap things first; then one write, whose intent is durable before it. */
export function eligible(context: Context): Outcome {
  const { lease, intent } = context.record;
  // A Mac that may be excluded is put back before anything is decided about it, even its end.
  if (lease !== null) return intent?.purpose === 'trigger' ? resume(context) : leave(context, lease.at);
  const end = ending(context) ?? renewed(context);
  if (end !== null) return end;
  if (context.record.intent?.purpose === 'trigger') return resume(context);
  const verdict = firstRefusal(context);
  if (verdict !== null) return 'need' in verdict ? need(verdict.need) : block(context, verdict.refusal);
  if (isCurrent(context)) return approach(context);
  // Whoever stood in line for days is asked at once when its turn has come: how long it stood there says nothing of the last question.
  const { since, askedAt } = context.record;
  return askForInventory(context, { since: Math.max(since, askedAt ?? since) });
}

/**
 * The exclusion that was begun did not happen, as far as was seen. The lease is kept, and looked after, until a call that was on its way
 * all the time can no longer arrive.
 */
function leave(context: Context, at: number): Outcome {
  const { record, watched, now } = context;
  const open = putBack(context);
  if (open !== null) return open;
  const overAt = at + watched.policy.waits.command;
  if (now < overAt)
    return wait({ ...record, intent: null }, Math.min(overAt, now + watched.policy.waits.poll));
  return { kind: 'move', record: { ...record, intent: null, lease: null, wakeAt: now }, effect: null };
}

/** A certificate is not asked for on old news: the Mac may have enrolled again, left the scope, or been renewed by somebody else. */
function isCurrent(context: Context): boolean {
  return isReadSince(context, context.now - context.watched.policy.waits.command);
}

/** All rails but the token say yes: see where the Mac stands and what is pending. */
function approach(context: Context): Outcome {
  const { record, evidence, watched, now } = context;
  const { joinGreen, leaveBlue, exclude } = evidence.membership ?? {};
  const cycles = watched.policy.cycle !== undefined;
  if (joinGreen === undefined || leaveBlue === undefined || (cycles && exclude === undefined))
    return need({
      what: 'membership',
      groups: ['joinGreen', 'leaveBlue', ...(cycles ? (['exclude'] as const) : [])],
    });
  // Found there without a lease of ours: put there by hand, or before Redis was lost.
  if (exclude === true) return putBack(context) ?? wait(record, now);
  if (record.intent?.purpose === 'include') return returned(context, record.intent.calledAt);
  const standing = standingOf({ joinGreen, leaveBlue });
  if (standing === 'overlapping') return overlapping(context);

  const needed = ['install-blue', 'install-green', ...removals(context, standing)] as const;
  if (needed.some((list) => listed(context, list) === undefined)) return need(needLists(needed, now));
  const choice = choose(context, standing);
  if ('refusal' in choice) return block(context, choice.refusal);
  const side = targetOf(choice.choice.direction);
  const lists = ['install-blue', 'install-green', `remove-${side}`] as const;
  const pending = lists.flatMap((list) => listed(context, list) ?? []).find(isPending);
  if (pending !== undefined) return answerFirst(context, pending);
  const unreported = unreportedInstall(context);
  if (unreported !== null)
    return block(context, {
      reason: 'inventory-stale',
      text: `InstallProfile ${unreported.uuid} was acknowledged and inventory has not been reported since: the Mac may have a new certificate`,
      until: now + pollMs(watched.policy, record.since, now),
    });
  return trigger(context, choice.choice);
}

/**
 * Put back without a lease of ours, so Jamf has sent its profile. The Mac is read before anything else is done: if it has enrolled again
 * meanwhile, its commands are listed under another id than the one that is known.
 */
function returned(context: Context, at: number): Outcome {
  const { record, watched, now } = context;
  if (!isReadSince(context, at)) return askForInventory(context, { since: at });
  return wait({ ...record, intent: null }, now + watched.policy.waits.poll);
}

/** Removals that may stand in the way: of the profile that an overlap brings, and of the one that the Mac has, if that may be sent again. */
function removals({ watched }: Context, standing: 'blue' | 'green' | 'neither'): readonly CommandList[] {
  const there = standing === 'green' ? 'remove-green' : 'remove-blue';
  const coming = standing === 'green' ? 'remove-blue' : 'remove-green';
  const stays = watched.policy.mechanisms.some((mechanism) => mechanism !== 'overlap');
  return stays ? [coming, there] : [coming];
}

/** An InstallProfile of either profile, whoever sent it, whose certificate inventory cannot show yet. */
function unreportedInstall(context: Context): MdmCommand | null {
  const installs = (['install-blue', 'install-green'] as const).flatMap(
    (list) => listed(context, list) ?? [],
  );
  return (
    installs.find(
      ({ state, completedAt }) =>
        state === 'ACKNOWLEDGED' && completedAt !== null && !isReportedSince(context, completedAt),
    ) ?? null
  );
}

/** The write was begun. Whether it arrived is read back, from the group first, from the commands when the group does not show it. */
function resume(context: Context): Outcome {
  const { record, evidence } = context;
  const { intent } = record;
  const attempt = lastAttempt(record);
  if (intent === null || attempt === null) throw new RangeError(`${record.id} has a trigger without attempt`);
  const { change } = intent;
  if (change !== null) {
    const member = evidence.membership?.[change.group];
    if (member === undefined) return need({ what: 'membership', groups: [change.group] });
    if (isDone(change, member)) return arrived(context, 'membership read back shows it');
  }
  const side = targetOf(attempt.direction);
  const commands = listed(context, `install-${side}`);
  if (commands === undefined) return need(needOwn(attempt, side));
  if (ownCommand(commands, attempt) !== null && change?.group !== 'exclude')
    return arrived(context, 'its InstallProfile was sent');
  if (evidence.written === 'trigger')
    return change === null ? arrived(context, 'Jamf took it') : notShown(context, change);
  const onItsWay = stillOnItsWay(context, 'trigger');
  if (onItsWay !== null) return onItsWay;
  // Nothing shows whether commands were flushed. When they were, Jamf sends one again, and another attempt would be a second certificate.
  if (change === null)
    return arrived(context, 'the call may have been made before a worker died: waited for');
  return dropped(context);
}

/** It never arrived. The rails decide again; the attempt keeps its number, and with it its token. */
function dropped({ record, now }: Context): Outcome {
  const attempts = record.attempts.slice(0, -1);
  return { kind: 'move', record: { ...record, intent: null, attempts, wakeAt: now }, effect: null };
}

function arrived(context: Context, seen: string): Outcome {
  const { record, watched, now } = context;
  const change = record.intent?.change ?? null;
  const group = change === null ? null : groupIdOf(change.group, watched, record.lease);
  const verb = change?.op === 'remove' ? 'taken out of' : 'added to';
  const done = group === null ? 'failed commands flushed' : `${verb} static group ${group}`;
  const excluded = change?.group === 'exclude';
  const told = {
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
  const moved = move(record, excluded ? 'excluded' : 'triggered', told, { intent: null, retryAt: null });
  return { kind: 'move', record: excluded ? moved : withAttempt(moved, { triggeredAt: now }), effect: null };
}

function need(...needs: Extract<Outcome, { kind: 'need' }>['needs']): Outcome {
  return { kind: 'need', needs };
}
