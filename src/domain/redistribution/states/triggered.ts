import { listed, needOwn, ownCommand, seenCommand } from '../commands.js';
import { isDone, targetOf, triggerChange } from '../direction.js';
import type { Context, Outcome } from '../evidence.js';
import { lastAttempt } from '../record.js';
import { pollMs } from '../timing.js';
import { move, withAttempt } from '../transitions.js';
import { wait } from '../write.js';
import { ending } from './ending.js';
import { failed } from './failed.js';

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
  if (now < lateAt) return wait(record, Math.min(lateAt, now + pollMs(watched.policy, record.since, now)));
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
