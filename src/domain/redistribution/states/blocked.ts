import { isPending, listed, needOwn, ownCommand } from '../evidence/commands.js';
import { targetOf } from '../direction.js';
import type { Context, Outcome } from '../evidence/evidence.js';
import { type Attempt, isUnanswered, lastAttempt } from '../record.js';
import { move, withAttempt } from '../transitions.js';
import { wait } from '../write.js';
import { due, isInGrace } from './due.js';
import { eligible } from './eligible.js';
import { ending } from './ending.js';

/**
 * State `blocked`. Without a pending attempt, checks all preconditions again. With a pending attempt, waits for
 * the Mac to come online and triggers nothing new.
 */
export function blocked(context: Context): Outcome {
  const attempt = lastAttempt(context.record);
  if (context.record.blocked?.reason === 'subject-too-long' && isInGrace(context)) return due(context);
  return attempt !== null && isUnanswered(context.record) ? offline(context, attempt) : eligible(context);
}

function offline(context: Context, attempt: Attempt): Outcome {
  const end = ending(context);
  if (end !== null) return end;
  const { record, evidence, watched, now } = context;
  const lastContactAt = evidence.computer?.lastContactAt ?? null;
  if (lastContactAt !== null && lastContactAt > record.since)
    return back(context, `the Mac checked in ${new Date(lastContactAt).toISOString()}`);
  const side = targetOf(attempt.direction);
  const commands = listed(context, `install-${side}`);
  if (commands === undefined) return { kind: 'need', needs: [needOwn(attempt, side)] };
  const command = ownCommand(commands, attempt);
  if (command !== null && !isPending(command)) return back(context, 'the command was answered');
  const { online, delivery } = watched.policy.waits;
  const releaseAt = (attempt.deliveryFrom ?? record.since) + delivery;
  if (now < releaseAt || attempt.releasedAt !== undefined)
    return wait(record, Math.min(now + online, Math.max(releaseAt, now + 1)));
  return wait(withAttempt(record, { releasedAt: now }), now + online);
}

/**
 * Restarts the timeout for the command or for its delivery. All blank pushes become due again, so that one is sent immediately while the
 * Mac is online.
 */
function back({ record, now }: Context, why: string): Outcome {
  const sent = (lastAttempt(record)?.command ?? null) !== null;
  return {
    kind: 'move',
    record: withAttempt(move(record, sent ? 'pushed' : 'triggered', { at: now, why }), {
      deliveryFrom: sent ? now : null,
      blankPushes: [],
      releasedAt: undefined,
    }),
    effect: null,
  };
}
