import type { MdmCommand } from '../../profile.js';
import { isPending, listed, needLists, needOwn, ownCommand } from '../commands.js';
import { directionFrom, isDone, planOf, standingOf, targetOf, triggerChange } from '../direction.js';
import type { Context, Outcome } from '../evidence.js';
import { firstRefusal, overridesOf, refusalFor } from '../gates.js';
import { type Attempt, type Direction, lastAttempt, type Redistribution } from '../record.js';
import { pollMs } from '../timing.js';
import { move, withAttempt } from '../transitions.js';
import { notShown, stillOnItsWay } from '../write.js';
import { askForInventory, isReportedSince } from './asking.js';
import { block } from './block.js';
import { ending, renewed } from './ending.js';
import { overlapping } from './overlapping.js';

/** Everything is checked, the cheap things first; then one write, whose intent is durable before it. */
export function eligible(context: Context): Outcome {
  const end = ending(context) ?? renewed(context);
  if (end !== null) return end;
  if (context.record.intent?.purpose === 'trigger') return resume(context);
  const verdict = firstRefusal(context);
  if (verdict !== null) return 'need' in verdict ? need(verdict.need) : block(context, verdict.refusal);
  return isCurrent(context) ? approach(context) : askForInventory(context);
}

/** A certificate is not asked for on old news: the Mac may have enrolled again, left the scope, or been renewed by somebody else. */
function isCurrent({ evidence, watched, now }: Context): boolean {
  return evidence.computer !== null && evidence.computer.readAt > now - watched.policy.waits.command;
}

/** All rails but the token say yes: see where the Mac stands and what is pending. */
function approach(context: Context): Outcome {
  const { record, evidence, now } = context;
  const { joinGreen, leaveBlue } = evidence.membership ?? {};
  if (joinGreen === undefined || leaveBlue === undefined)
    return need({ what: 'membership', groups: ['joinGreen', 'leaveBlue'] });
  const standing = standingOf({ joinGreen, leaveBlue });
  if (standing === 'overlapping') return overlapping(context);
  const direction = directionFrom({ joinGreen, leaveBlue });
  if (direction === null) return overlapping(context);

  const side = targetOf(direction);
  const lists = ['install-blue', 'install-green', `remove-${side}`] as const;
  if (lists.some((list) => listed(context, list) === undefined)) return need(needLists(lists, now));
  const pending = lists.flatMap((list) => listed(context, list) ?? []).find(isPending);
  if (pending !== undefined)
    return block(context, {
      reason: 'pending-command',
      text: `${pending.type} ${pending.uuid} is pending since ${new Date(pending.sentAt).toISOString()}: it must be answered first`,
      until: now + pollMs(context.watched.policy, record.since, now),
    });
  const unreported = unreportedInstall(context);
  if (unreported !== null)
    return block(context, {
      reason: 'inventory-stale',
      text: `InstallProfile ${unreported.uuid} was acknowledged and inventory has not been reported since: the Mac may have a new certificate`,
      until: now + pollMs(context.watched.policy, record.since, now),
    });
  return trigger(context, direction);
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

function trigger(context: Context, direction: Direction): Outcome {
  const { record, evidence, watched, now } = context;
  const number = record.attempts.length + 1;
  const { token, assessment } = evidence;
  if (token === undefined) return need({ what: 'token', attempt: number, ...overridesOf(record) });
  if (!token.granted) return block(context, refusalFor(token.room, context));
  const change = triggerChange(direction);
  const attempt: Attempt = {
    number,
    direction,
    intentAt: now,
    triggeredAt: null,
    earlierCommands: (listed(context, `install-${targetOf(direction)}`) ?? []).map(({ uuid }) => uuid),
    command: null,
    missingSince: null,
    deliveryFrom: null,
    blankPushes: [],
    endedAt: null,
    withdrawnAt: null,
    outcome: null,
    error: '',
  };
  const certificate = assessment?.certificate ?? null;
  const changes: Partial<Redistribution> = {
    direction,
    plan: planOf(direction, watched),
    intent: { purpose: 'trigger', change, at: now, calls: 1, calledAt: now },
    attempts: [...record.attempts, attempt],
    ...(certificate === null
      ? {}
      : {
          baseline: { serialNumber: certificate.serialNumber, expiresAt: certificate.expiresAt, at: now },
        }),
  };
  return {
    kind: 'move',
    record:
      record.state === 'eligible'
        ? { ...record, trouble: null, ...changes }
        : move(record, 'eligible', { at: now, why: 'every rail says yes' }, changes),
    effect: { do: 'change-group', purpose: 'trigger', change },
  };
}

/** The write was begun. Whether it arrived is read back, from the group first, from the commands when the group does not show it. */
function resume(context: Context): Outcome {
  const { record, evidence, now } = context;
  const { intent } = record;
  const attempt = lastAttempt(record);
  if (intent === null || attempt === null) throw new RangeError(`${record.id} has a trigger without attempt`);
  const { change } = intent;
  const member = evidence.membership?.[change.group];
  if (member === undefined) return need({ what: 'membership', groups: [change.group] });
  if (isDone(change, member)) return triggered(context, 'membership read back shows it');
  const side = targetOf(attempt.direction);
  const commands = listed(context, `install-${side}`);
  if (commands === undefined) return need(needOwn(attempt, side));
  if (ownCommand(commands, attempt) !== null) return triggered(context, 'its InstallProfile was sent');
  if (evidence.written === 'trigger') return notShown(context, change);
  const onItsWay = stillOnItsWay(context, 'trigger');
  if (onItsWay !== null) return onItsWay;
  // It never arrived. The rails decide again; the attempt keeps its number, and with it its token.
  const dropped = { ...record, intent: null, attempts: record.attempts.slice(0, -1) };
  return { kind: 'move', record: { ...dropped, wakeAt: now }, effect: null };
}

function triggered({ record, watched, now }: Context, seen: string): Outcome {
  const { intent } = record;
  const group = intent === null ? '' : watched.policy.overlap[intent.change.group];
  const verb = intent?.change.op === 'remove' ? 'taken out of' : 'added to';
  return {
    kind: 'move',
    record: withAttempt(
      move(
        record,
        'triggered',
        {
          at: now,
          why: `${verb} static group ${group}: ${seen}`,
          evidence: {
            attempt: record.attempts.length,
            group,
            decidedAt: intent?.at ?? null,
            serialNumber: record.baseline.serialNumber,
            expiresAt: record.baseline.expiresAt,
          },
        },
        { intent: null, retryAt: null },
      ),
      { triggeredAt: now },
    ),
    effect: null,
  };
}

function need(...needs: Extract<Outcome, { kind: 'need' }>['needs']): Outcome {
  return { kind: 'need', needs };
}
