import { listed, needOwn, ownCommand, seenCommand } from '../evidence/commands.js';
import { isDone, targetOf, triggerChange } from '../direction.js';
import type { Context, Outcome } from '../evidence/evidence.js';
import { listsCommands } from '../evidence/listing.js';
import { lastAttempt } from '../record.js';
import { pollMs } from '../safety-limits/timing.js';
import { move, note, withAttempt } from '../transitions.js';
import { heldBy, wait } from '../write.js';
import { ending } from './ending.js';
import { failed } from './failed.js';
import { isUnheard } from './shared/flushed.js';
import { unlisted } from './shared/unlisted.js';

/** State `triggered`: the write took effect in Jamf Pro. Waits for the InstallProfile command. */
export function triggered(context: Context): Outcome {
  const end = ending(context);
  if (end !== null) return end;
  const { record, evidence, watched, now } = context;
  const attempt = lastAttempt(record);
  if (attempt === null) throw new RangeError(`${record.id} has the state triggered, but no attempt`);
  const side = targetOf(attempt.direction);
  const commands = listed(context, `install-${side}`);
  if (commands === undefined) return { kind: 'need', needs: [needOwn(attempt, side)] };
  const command = ownCommand(commands, attempt);
  if (command !== null) {
    const why = `Jamf Pro sent InstallProfile for ${side}`;
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
  const wanted = triggerChange(attempt.direction);
  const member = evidence.membership?.[wanted.group];
  if (attempt.mechanism === 'overlap' && member === undefined)
    return { kind: 'need', needs: [{ what: 'membership', groups: [wanted.group] }] };
  if (evidence.listing === undefined) return { kind: 'need', needs: [{ what: 'listing' }] };
  const isReverted = attempt.mechanism === 'overlap' && !isDone(wanted, member ?? true);
  if (!isReverted && !listsCommands(evidence.listing))
    return unlisted(context, `Jamf Pro lists no InstallProfile for ${side}`);
  if (attempt.mechanism !== 'overlap')
    return failed(context, {
      outcome: 'no-command',
      why: `Jamf Pro sent no InstallProfile for ${side} after ${attempt.mechanism === 'cycle' ? 'the Mac left the exclusion group' : 'the failed commands were cleared'}`,
    });
  return failed(context, {
    outcome: 'no-command',
    why: !isReverted
      ? `Jamf Pro sent no InstallProfile for ${side}, although the group membership is correct; check that the profile is set to Install Automatically and that the Mac is in its scope`
      : 'someone reverted the group change, so Jamf Pro sent no InstallProfile',
  });
}

/** Blocks while the Mac is offline. Jamf Pro sends the cleared command at the next check-in. The result is not known before that. */
function silent({ record, watched, now }: Context): Outcome {
  const text =
    'failed commands were cleared and the Mac has not checked in since; Jamf Pro sends InstallProfile at its next check-in';
  return wait(
    move(record, 'blocked', { at: now, why: text }, { blocked: { reason: 'offline', text } }),
    now + watched.policy.waits.online,
  );
}

/** Wakes the Mac, because Jamf Pro sends the cleared command only when the Mac connects. */
function wake({ record, now }: Context, until: number): Outcome {
  const noted = note(record, { at: now, why: 'blank push sent to wake the Mac' });
  return {
    kind: 'wait',
    record: { ...withAttempt(noted, { blankPushes: [now] }), wakeAt: until },
    effect: { do: 'blank-push' },
  };
}
