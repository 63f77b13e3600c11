import { isError, isPending, listed, needOwn, ownCommand, seenCommand } from '../evidence/commands.js';
import { targetOf } from '../direction.js';
import type { RedistributionPolicy } from '../../watched.js';
import type { Context, Outcome } from '../evidence/evidence.js';
import { type Attempt, type CommandSeen, isInCanary, lastAttempt } from '../record.js';
import { canaryWaitMs } from '../safety-limits/canary-wait.js';
import { pollMs } from '../safety-limits/timing.js';
import { move, note, withAttempt } from '../transitions.js';
import { heldBy, wait } from '../write.js';
import { ending } from './ending.js';
import { failed } from './failed.js';
import { unlisted } from './shared/unlisted.js';

/** State `pushed`: waits until the command is acknowledged, fails, disappears, or is not received in time. */
export function pushed(context: Context): Outcome {
  const end = ending(context);
  if (end !== null) return end;
  const { record, now } = context;
  const attempt = lastAttempt(record);
  if (attempt === null) throw new RangeError(`${record.id} has the state pushed, but no attempt`);
  const side = targetOf(attempt.direction);
  const commands = listed(context, `install-${side}`);
  if (commands === undefined) return { kind: 'need', needs: [needOwn(attempt, side)] };
  const found = ownCommand(commands, attempt);
  if (found === null) return missing(context, attempt);
  const command = seenCommand(found, now);
  const seen = { ...context, record: withAttempt(record, { command, missingSince: null }) };
  if (command.state === 'ACKNOWLEDGED') return acknowledged(seen, command);
  if (isError(command)) return errored(seen, command);
  return isPending(command) ? pending(seen, attempt, command) : wait(seen.record, now);
}

function acknowledged({ record, now }: Context, { uuid, sentAt, completedAt }: CommandSeen): Outcome {
  return {
    kind: 'move',
    record: move(
      record,
      'verifying',
      {
        at: now,
        why: 'the Mac acknowledged InstallProfile',
        evidence: { command: uuid, sentAt, completedAt },
      },
      { askedAt: now },
    ),
    effect: null,
  };
}

function errored(context: Context, command: CommandSeen): Outcome {
  const { failureText } = context.evidence;
  const attempt = lastAttempt(context.record);
  if (failureText === undefined && attempt !== null)
    return { kind: 'need', needs: [{ what: 'failure-text', side: targetOf(attempt.direction) }] };
  const error = failureText || command.error || 'the Mac gave no reason';
  return failed(context, { outcome: 'error', why: `InstallProfile failed: ${error}`, error });
}

/**
 * Handles a command that Jamf Pro no longer lists. Either someone cleared it, or the server hides it after the Mac acknowledged it. Only
 * inventory shows which of the two happened. A lagging cluster node may also not list the command yet.
 */
function missing(context: Context, attempt: Attempt): Outcome {
  const { record, watched, now } = context;
  const since = attempt.missingSince ?? now;
  if (now - since >= watched.policy.waits.command)
    return unlisted(context, 'Jamf Pro no longer lists the InstallProfile command');
  return wait(withAttempt(record, { missingSince: since }), now + pollMs(watched.policy, since, now));
}

type Waits = RedistributionPolicy['waits'];

/**
 * Returns when blank pushes for a pending command are due. The first is due immediately when the Mac has come
 * online again.
 */
function blankPushesFor(attempt: Attempt, { sentAt }: CommandSeen, { blankPush }: Waits): readonly number[] {
  const from = attempt.deliveryFrom ?? sentAt;
  return (from === sentAt ? [] : [0]).concat(blankPush).map((afterMs) => from + afterMs);
}

/**
 * Returns when the next blank push is due or the Mac counts as offline, whichever is first. Until then, a pending command is only read
 * again.
 */
export function deliveryActionAt(
  attempt: Attempt,
  command: CommandSeen,
  { waits, lastContactAt, now }: { waits: Waits; lastContactAt: number | null; now: number },
): number {
  const nextAt = blankPushesFor(attempt, command, waits).find((at) => at > now) ?? Infinity;
  return Math.min(nextAt, offlineFrom(attempt, command, waits, lastContactAt));
}

/**
 * Returns when a Mac with a pending command counts as offline: after the delivery timeout, or after the time `online` without contact.
 * Its redistribution then does not count as in progress until the Mac checks in.
 */
function offlineFrom(
  attempt: Attempt,
  command: CommandSeen,
  waits: Waits,
  lastContactAt: number | null,
): number {
  const from = attempt.deliveryFrom ?? command.sentAt;
  return Math.min(from + waits.delivery, Math.max(from, lastContactAt ?? 0) + waits.online);
}

function pending(context: Context, attempt: Attempt, command: CommandSeen): Outcome {
  const { record, evidence, watched, now } = context;
  const { waits } = watched.policy;
  const from = attempt.deliveryFrom ?? command.sentAt;
  const lastContactAt = evidence.computer?.lastContactAt ?? null;
  const passed = blankPushesFor(attempt, command, waits).filter((at) => now >= at).length;
  const until = Math.min(
    now + pollMs(watched.policy, from, now),
    deliveryActionAt(attempt, command, { waits, lastContactAt, now }),
  );
  const { nextExpiresAt } = evidence;
  const inCanary = isInCanary(record);
  if (inCanary && nextExpiresAt === undefined) return { kind: 'need', needs: [{ what: 'next-expiry' }] };
  const isPushDue = passed > attempt.blankPushes.length && heldBy(context) === null;
  const offlineAt = isPushDue
    ? from + waits.delivery
    : inCanary
      ? from + canaryWaitMs(waits.online, nextExpiresAt ?? null, { waits, now })
      : offlineFrom(attempt, command, waits, lastContactAt);
  if (now >= offlineAt) {
    const text =
      'the Mac has not picked up the InstallProfile command; the redistribution resumes when the Mac checks in';
    return wait(
      move(record, 'blocked', { at: now, why: text }, { blocked: { reason: 'offline', text } }),
      now + waits.online,
    );
  }
  if (!isPushDue) return wait(record, until);
  const missed = Array.from({ length: passed - attempt.blankPushes.length }, () => now);
  const noted = note(record, { at: now, why: 'blank push sent to wake the Mac' });
  return {
    kind: 'wait',
    record: { ...withAttempt(noted, { blankPushes: [...attempt.blankPushes, ...missed] }), wakeAt: until },
    effect: { do: 'blank-push' },
  };
}
