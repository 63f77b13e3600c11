import type { MdmCommand } from '../../../profile.js';
import type { Context, Outcome } from '../../evidence/evidence.js';
import { pollMs } from '../../safety-limits/timing.js';
import { note } from '../../transitions.js';
import { block } from './block.js';

/**
 * Blocks while a command that Recert did not cause is pending. Sends blank pushes for it on the same schedule as for Recert's own
 * commands, because its push may have been lost and the redistribution would otherwise wait until the certificate expires.
 */
export function answerFirst(context: Context, { uuid, type, sentAt }: MdmCommand): Outcome {
  const { record, watched, now } = context;
  const { policy } = watched;
  const blocked = block(context, {
    reason: 'pending-command',
    text: `${type} command ${uuid} has been pending since ${new Date(sentAt).toISOString()}; renewal resumes when the Mac has answered it`,
    until: now + pollMs(policy, record.since, now),
  });
  const pushes = record.woken?.command === uuid ? record.woken.pushes : 0;
  const passed = policy.waits.blankPush.filter((afterMs) => now >= sentAt + afterMs).length;
  if (blocked.kind !== 'wait' || passed <= pushes) return blocked;
  const woken = { command: uuid, pushes: passed };
  const noted = note(blocked.record, { at: now, why: 'blank push sent to wake the Mac' }, { woken });
  return { ...blocked, record: noted, effect: { do: 'blank-push' } };
}
