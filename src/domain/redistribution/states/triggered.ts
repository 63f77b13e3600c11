import { listed, needOwn, ownCommand, seenCommand } from '../evidence/commands.js';
import { isDone, targetOf, triggerChange } from '../direction.js';
import type { Context, Outcome } from '../evidence/evidence.js';
import { lastAttempt } from '../record.js';
import { pollMs } from '../safety-limits/timing.js';
import { move, note, withAttempt } from '../transitions.js';
import { heldBy, wait } from '../write.js';
import { ending } from './ending.js';
import { failed } from './failed.js';
import { isUnheard } from './shared/flushed.js';

/** The write is in Jamf; its InstallProfile must appear. */
export function triggered(context: Context): Outcome {
  const end = ending(context);
  if (end !== null) return end;
  const { record, evidence, watched, now } = context;
  const attempt = lastAttempt(record);
  if (attempt === null) throw new RangeError(`${record.id} is triggered without attempt`);
  const side = targetOf(attempt.direction);
  const commands = listed(context, `install-${side}`);
  if (commands === undefined) return { kind: 'need', needs: [needOwn(attempt, side)] };
  const command = ownCommand(commands, attempt);
  if (command !== null) {
    const why = `Jamf sent InstallProfile of ${side}`;
    return {
      kind: 'move',
      record: withAttempt(
        move(record, 'pushed', { at: now, why, evidence: { command: command.uuid, sentAt: command.sentAt } }),
        { command: seenCommand(command, now), deliveryFrom: command.sentAt, blankPushes: [] },
      ),
      effect: null,
    };
  }
  const lateAt = record.since + watched.policy.waits.command;
  if (attempt.mechanism === 'unstick' && attempt.blankPushes.length === 0 && heldBy(context) === null)
    return wake(context, Math.min(lateAt, now + watched.policy.waits.poll));
  if (now < lateAt) return wait(record, Math.min(lateAt, now + pollMs(watched.policy, record.since, now)));
  if (isUnheard(context)) return silent(context);
  if (attempt.mechanism !== 'overlap')
    return failed(context, {
      outcome: 'no-command',
      why: `Jamf sent no InstallProfile of ${side} ${attempt.mechanism === 'cycle' ? 'after the Mac had left the exclusion group' : 'after the failed commands were flushed'}`,
    });
  const wanted = triggerChange(attempt.direction);
  const member = evidence.membership?.[wanted.group];
  if (member === undefined) return { kind: 'need', needs: [{ what: 'membership', groups: [wanted.group] }] };
  return failed(context, {
    outcome: 'no-command',
    why: isDone(wanted, member)
      ? `Jamf sent no InstallProfile of ${side}, although the group is right: is the profile distributed automatically, and the Mac in its scope?`
      : 'somebody took the change of the group back, so Jamf sent no InstallProfile',
  });
}

/** The Mac is away: what was flushed is sent when it is back, and only then can it be told whether that worked. */
function silent({ record, watched, now }: Context): Outcome {
  const text =
    'failed commands were flushed, and the Mac has not been heard of since: Jamf sends InstallProfile when it is, nothing new is triggered';
  return wait(
    move(record, 'blocked', { at: now, why: text }, { blocked: { reason: 'offline', text } }),
    now + watched.policy.waits.online,
  );
}

/** Jamf sends what was flushed again when the Mac talks to it: so it is woken. */
function wake({ record, now }: Context, until: number): Outcome {
  const noted = note(record, { at: now, why: 'a blank push wakes the Mac' });
  return {
    kind: 'wait',
    record: { ...withAttempt(noted, { blankPushes: [now] }), wakeAt: until },
    effect: { do: 'blank-push' },
  };
}
