import type { MdmCommand } from '../../profile.js';
import { newAttempt } from '../attempt.js';
import { isError, isPending, listed, needLists } from '../evidence/commands.js';
import { finishChange, overlapOf, profileAt, type Side, targetOf } from '../direction.js';
import { type Lacking, lackingCover } from '../evidence/cover.js';
import { hasNeither } from '../evidence/loss.js';
import type { Context, Outcome } from '../evidence/evidence.js';
import { stuckInstall } from '../mechanism.js';
import { sideOf } from '../evidence/proof.js';
import type { Attempt, Direction, GroupChange, Redistribution } from '../record.js';
import { freshMs, idleMs, pollMs } from '../safety-limits/timing.js';
import { move, note, withAttempt } from '../transitions.js';
import { change, wait } from '../write.js';
import { askForInventory, awaitReport, isReadSince, isReportedSince } from './shared/asking.js';
import { asEligible, block } from './shared/block.js';
import { returnChange } from './ending.js';
import { trigger } from './trigger.js';

const DIRECTIONS: readonly Direction[] = ['to-green', 'to-blue'];

/**
 * Handles a Mac that is only in the group join-green. It has both profiles from an earlier redistribution that is not complete. An
 * InstallProfile command in progress becomes an attempt of this redistribution, so that nothing is sent twice, even after Redis lost its
 * data. If an attempt of this record failed, its group change is reverted. Otherwise, the profile that did not
 * provide the certificate is removed.
 */
export function overlapping(context: Context): Outcome {
  const { record, now } = context;
  const lists = ['install-blue', 'install-green'] as const;
  if (lists.some((list) => listed(context, list) === undefined))
    return { kind: 'need', needs: [needLists(lists, now)] };
  const found = underWay(context);
  if (found !== null) return takeUp(context, found);
  const last = record.attempts.at(-1);
  const returns = last !== undefined && last.overlaps && last.endedAt !== null && last.withdrawnAt === null;
  // If the certificate comes from the profile that this attempt installed, the profile must not be removed.
  if (
    returns &&
    sideOf(context.evidence.assessment?.certificate?.subject ?? '', context.watched) !==
      targetOf(last.direction)
  )
    return mayUnstick(context, last)
      ? trigger(context, { mechanism: 'unstick', direction: last.direction, overlaps: true })
      : withdraw(context, last);
  return tidy(context);
}

/**
 * Whether the failed InstallProfile command can be sent again by clearing failed commands, which saves two group
 * changes. Tried only once. Not possible if the installation of the other profile also failed, because clearing
 * applies to all failed commands, and both would be sent.
 */
function mayUnstick(context: Context, last: Attempt): boolean {
  const target = targetOf(last.direction);
  const other = listed(context, `install-${target === 'green' ? 'blue' : 'green'}`)?.at(-1);
  return (
    !(other !== undefined && isError(other)) &&
    context.watched.policy.mechanisms.includes('unstick') &&
    last.mechanism !== 'unstick' &&
    stuckInstall(context, target) !== null
  );
}

interface UnderWay {
  direction: Direction;
  command: MdmCommand;
  earlier: readonly string[];
}

/** Returns the latest InstallProfile command that is pending, or that was acknowledged after the last inventory report. */
function underWay(context: Context): UnderWay | null {
  const accountedFor = context.record.attempts.flatMap(({ command, endedAt }) =>
    command !== null && endedAt !== null ? [command.uuid] : [],
  );
  const found = DIRECTIONS.flatMap((direction): UnderWay[] => {
    const commands = listed(context, `install-${targetOf(direction)}`) ?? [];
    const command = commands.findLast(
      (one) =>
        isPending(one) ||
        (one.state === 'ACKNOWLEDGED' &&
          !accountedFor.includes(one.uuid) &&
          one.completedAt !== null &&
          !isReportedSince(context, one.completedAt)),
    );
    if (command === undefined) return [];
    return [
      {
        direction,
        command,
        earlier: commands.map(({ uuid }) => uuid).filter((uuid) => uuid !== command.uuid),
      },
    ];
  });
  return found.toSorted((a, b) => b.command.sentAt - a.command.sentAt)[0] ?? null;
}

function takeUp({ record, evidence, now }: Context, { direction, command, earlier }: UnderWay): Outcome {
  const certificate = evidence.assessment?.certificate ?? null;
  const attempt = newAttempt({
    number: record.attempts.length + 1,
    mechanism: 'overlap',
    overlaps: true,
    direction,
    intentAt: command.sentAt,
    triggeredAt: now,
    earlierCommands: [...earlier],
  });
  return {
    kind: 'move',
    record: move(
      asEligible(record, now),
      'triggered',
      {
        at: now,
        why: `InstallProfile ${command.uuid} is already in progress; Recert waits for its result and sends nothing`,
        evidence: { command: command.uuid, sentAt: command.sentAt },
      },
      {
        direction,
        intent: null,
        attempts: [...record.attempts, attempt],
        ...(certificate === null
          ? {}
          : {
              baseline: { serialNumber: certificate.serialNumber, expiresAt: certificate.expiresAt, at: now },
            }),
      },
    ),
    effect: null,
  };
}

/** Reverts the failed attempt before another one, because adding a Mac to a group again has no effect in Jamf Pro. */
function withdraw(context: Context, last: Attempt): Outcome {
  const { record, watched, now } = context;
  const open = change({ ...context, record: asEligible(record, now) }, 'withdraw', returnChange(last));
  return (
    open ??
    settled(
      context,
      withAttempt(record, { withdrawnAt: now }),
      `group change reverted before attempt ${record.attempts.length + 1}`,
      watched.policy.waits.poll,
    )
  );
}

/**
 * Removes the profile that did not provide the latest certificate, so that the profile can be installed again. The Mac may have lost the other
 * profile or have enrolled again. The removal therefore needs evidence that was reported after the decision.
 */
function tidy(context: Context): Outcome {
  const { record, watched, now } = context;
  if (record.intent?.purpose !== 'tidy') {
    if (record.decidedAt === undefined)
      return { kind: 'move', record: { ...asEligible(record, now), decidedAt: now }, effect: null };
    if (!isReadSince(context, now - freshMs(watched.policy)))
      return askForInventory({ ...context, record: asEligible(record, now) }, { since: now });
  }
  const isBare = hasNeither(context);
  const keep = isBare ? 'blue' : holder(context);
  if (keep === null)
    return blocked(
      context,
      'inventory does not show which of the two profiles holds its certificate; add the Mac to both groups or remove it from both',
    );
  const drop: GroupChange = finishChange(keep === 'green' ? 'to-green' : 'to-blue');
  const decidedAt = record.decidedAt ?? now;
  const lacking = isBare
    ? unreportedSince(context, decidedAt)
    : lackingCover(context, keep, {
        change: drop,
        decidedAt,
        counts: ({ subject }) => (sideOf(subject, watched) ?? keep) === keep,
        expired: true,
      });
  if (lacking !== null && 'needs' in lacking) return { kind: 'need', needs: lacking.needs };
  if (lacking !== null && 'reportSince' in lacking)
    return awaitReport({ ...context, record: asEligible(record, now) }, lacking.reportSince);
  if (lacking !== null) return blocked(context, lacking.why);
  const open = change({ ...context, record: asEligible(record, now) }, 'tidy', drop);
  return (
    open ??
    settled(
      context,
      record,
      `group memberships of an earlier redistribution cleaned up; ${keep} is kept`,
      watched.policy.waits.poll,
    )
  );
}

/**
 * Checks a Mac with neither profile, for example after an enrollment with failed installs. The removal is safe (`null`) if inventory that
 * was reported after `since` still shows neither profile.
 */
function unreportedSince(context: Context, since: number): Lacking | null {
  return isReportedSince(context, since) ? null : { reportSince: since };
}

function blocked(context: Context, why: string): Outcome {
  const { record, watched, now } = context;
  const { joinGreen, leaveBlue } = overlapOf(watched.policy);
  return block(context, {
    reason: 'overlapping',
    text: `the Mac is in group ${joinGreen} but not in group ${leaveBlue}, and ${why}`,
    until: now + pollMs(watched.policy, record.since, now) + idleMs(watched.policy),
  });
}

/**
 * Returns the profile that provided the certificate with the latest expiry: the profile that the subject of the certificate names,
 * otherwise the profile that was installed last.
 */
function holder({ evidence, watched }: Context): Side | null {
  const side = sideOf(evidence.assessment?.certificate?.subject ?? '', watched);
  if (side !== null) return side;
  const installedAt = (id: string) =>
    evidence.computer?.profiles.find((profile) => profile.id === id)?.installedAt ?? null;
  const blue = installedAt(watched.blue.id);
  const green = installedAt(profileAt(watched, 'green').id);
  if (blue === null || green === null || blue === green) return null;
  return blue > green ? 'blue' : 'green';
}

/** Waits until Jamf Pro has sent the commands that follow from the change, before anything else is triggered. */
function settled({ now }: Context, record: Redistribution, why: string, waitMs: number): Outcome {
  return wait(note(asEligible(record, now), { at: now, why }, { intent: null }), now + waitMs);
}
