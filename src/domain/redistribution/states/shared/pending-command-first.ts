import type { MdmCommand } from '../../../profile.js';
import type { Context, Outcome } from '../../evidence/evidence.js';
import { pollMs } from '../../safety-limits/timing.js';
import { note } from '../../transitions.js';
import { block } from './block.js';

/**
 * Blocks while a command that Recert did not cause is pending. Sends blank pushes at the same times as for commands of Recert. The push
 * notification for the command may have been lost, and the redistribution would otherwise wait until the certificate expires.
 */
export function answerFirst(context: Context, command: MdmCommand): Outcome {
  const { record, watched, now } = context;
  const { policy } = watched;
  const { uuid, type, sentAt } = command;
  const blocked = block(context, {
    reason: 'pending-command',
    text: `${type} command ${uuid} has been pending since ${new Date(sentAt).toISOString()}; renewal resumes when the Mac has answered it`,
    until: now + pollMs(policy, record.since, now),
  });
  return blocked.kind === 'wait' ? wakeFor(context, blocked, command) : blocked;
}

/** Waits for a pending command, with a blank push if one is due. */
export function wakeFor(
  { record, watched, now }: Context,
  waiting: Extract<Outcome, { kind: 'wait' }>,
  { uuid, sentAt }: MdmCommand,
): Outcome {
  const pushes = record.woken?.command === uuid ? record.woken.pushes : 0;
  const passed = watched.policy.waits.blankPush.filter((afterMs) => now >= sentAt + afterMs).length;
  if (passed <= pushes) return waiting;
  const woken = { command: uuid, pushes: passed };
  const noted = note(waiting.record, { at: now, why: 'blank push sent to wake the Mac' }, { woken });
  return { kind: 'wait', record: noted, effect: { do: 'blank-push' } };
}
