import type { MdmCommand } from '../../../profile.js';
import type { Context, Outcome } from '../../evidence/evidence.js';
import { pollMs } from '../../safety-limits/timing.js';
import { note } from '../../transitions.js';
import { block } from './block.js';

/**
 * A command that somebody else sent must be answered before anything is triggered. Its push may be lost, and nobody would send another:
 * the Mac is woken as it is for a command of ours, or it would wait until its certificate ends.
 */
export function answerFirst(context: Context, { uuid, type, sentAt }: MdmCommand): Outcome {
  const { record, watched, now } = context;
  const { policy } = watched;
  const blocked = block(context, {
    reason: 'pending-command',
    text: `${type} ${uuid} is pending since ${new Date(sentAt).toISOString()}: it must be answered first`,
    until: now + pollMs(policy, record.since, now),
  });
  const pushes = record.woken?.command === uuid ? record.woken.pushes : 0;
  const passed = policy.waits.blankPush.filter((afterMs) => now >= sentAt + afterMs).length;
  if (blocked.kind !== 'wait' || passed <= pushes) return blocked;
  const woken = { command: uuid, pushes: passed };
  const noted = note(blocked.record, { at: now, why: 'a blank push wakes the Mac' }, { woken });
  return { ...blocked, record: noted, effect: { do: 'blank-push' } };
}
