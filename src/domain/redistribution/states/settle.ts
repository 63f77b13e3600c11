import { listed, needOwn, ownCommand } from '../evidence/commands.js';
import { finishChange, isDone, type Side, targetOf, triggerChange } from '../direction.js';
import type { Context, Outcome } from '../evidence/evidence.js';
import { sideOf } from '../evidence/proof.js';
import { type Attempt, lastAttempt, type Redistribution } from '../record.js';
import { note } from '../transitions.js';
import { change, heldBy, wait } from '../write.js';
import { askForInventory, isReportedSince } from './shared/asking.js';
import { returnChange } from './ending.js';

const UNCOVERED =
  'the old profile stays until inventory shows the verified certificate, or a later one from the new profile';

const LOST =
  'the verified certificate is no longer on the Mac, and no other certificate is valid long enough; the Mac must be renewed again';

type Settlement = NonNullable<Redistribution['settlement']>;

/** Cleans up after the final state: removes the old profile after the settle time, or reverts the group change. Then closes the record. */
export function settle(context: Context): Outcome {
  const { record, evidence, watched, now } = context;
  const { settlement } = record;
  if (settlement === null || settlement.doneAt !== null)
    return { kind: 'close', record: { ...record, intent: null, trouble: null, closedAt: now, wakeAt: now } };
  if (evidence.computer !== null && evidence.computer.retiredAt !== null)
    return left(context, settlement, 'the Mac was deleted from Jamf Pro; nothing is left to do');
  if (settlement.kind === 'finish' && record.cancelRequest !== null)
    return left(context, settlement, `canceled by ${record.cancelRequest.by}; the Mac keeps both profiles`);
  if (settlement.kind === 'finish' && isLost(context)) return left(context, settlement, LOST);
  if (now < settlement.dueAt) return wait(record, settlement.dueAt);
  if (now >= settlement.dueAt + watched.policy.attemptsWithin)
    return left(context, settlement, 'cleanup abandoned; the Mac keeps both profiles, which is harmless');
  if (heldBy(context) !== null) return wait(record, now + 5 * watched.policy.waits.poll);
  return write(context, settlement);
}

function write(context: Context, settlement: Settlement): Outcome {
  const { record, evidence, watched, now } = context;
  const attempt = lastAttempt(record);
  if (attempt === null) return left(context, settlement, 'no group was changed');
  if (settlement.kind === 'return') return takeBack(context, settlement, attempt);
  // Requires a current reading: the Mac may have lost the verified certificate or re-enrolled since.
  if ((evidence.computer?.readAt ?? -Infinity) < settlement.dueAt)
    return askForInventory(context, { since: settlement.dueAt });
  // Not after the removal of the old profile started: also reverting the new one would leave the Mac with neither profile.
  if (record.intent?.purpose !== 'finish' && isOutlived(context, targetOf(attempt.direction)))
    return {
      kind: 'move',
      record: note(
        record,
        { at: now, why: 'the old profile holds the later certificate; the new profile is removed' },
        { settlement: { ...settlement, kind: 'return' } },
      ),
      effect: null,
    };
  if (!isCovered(context, targetOf(attempt.direction)))
    return wait({ ...record, plan: UNCOVERED }, now + watched.policy.waits.online);
  // Stored memberships may be outdated after Redis lost data. If the new profile is not in scope, removing the old one would leave none.
  const brought = triggerChange(attempt.direction);
  const member = evidence.membership?.[brought.group];
  if (member === undefined)
    return {
      kind: 'need',
      needs: [{ what: 'membership', groups: [brought.group, finishChange(attempt.direction).group] }],
    };
  if (!isDone(brought, member))
    return left(context, settlement, 'someone else changed the groups; the Mac keeps its current profiles');
  const dropped = targetOf(attempt.direction) === 'green' ? 'blue' : 'green';
  return (
    change(context, 'finish', finishChange(attempt.direction)) ??
    done(
      context,
      settlement,
      `cleanup done: the ${dropped} profile is being removed (group change confirmed)`,
    )
  );
}

/**
 * Reverts the group change, unless the profile that would be removed holds the later certificate: it held it before (an adopted command
 * in an old overlap), or the Mac installed it in the meantime. In the latter case inventory must first show its certificate.
 */
function takeBack(context: Context, settlement: Settlement, attempt: Attempt): Outcome {
  const { record, evidence, watched, now } = context;
  const wanted = returnChange(attempt);
  const target = targetOf(attempt.direction);
  const back = () => change(context, 'return', wanted) ?? done(context, settlement, 'group changes reverted');
  const member = evidence.membership?.[wanted.group];
  if (member === undefined || isDone(wanted, member)) return back();
  if (holds(context, target))
    return left(
      context,
      settlement,
      'the profile to be removed holds the certificate; both profiles are kept',
    );
  const commands = listed(context, `install-${target}`);
  if (commands === undefined) return { kind: 'need', needs: [needOwn(attempt, target)] };
  const taken = ownCommand(commands, attempt);
  if (taken?.state !== 'ACKNOWLEDGED') return back();
  if (!isReportedSince(context, taken.completedAt ?? now)) return askForInventory(context);
  const certificate = evidence.assessment?.certificate ?? null;
  if (certificate === null || certificate.serialNumber === record.baseline.serialNumber) return back();
  const side = sideOf(certificate.subject, watched);
  if (side !== null && side !== target) return back();
  const why = 'the new profile holds the later certificate';
  if (side === null || record.cancelRequest !== null)
    return left(context, settlement, `${why}, or may hold it; the Mac keeps both profiles`);
  const finish = { kind: 'finish' as const, dueAt: now + watched.policy.overlap.settle };
  return {
    kind: 'move',
    record: note(
      record,
      { at: now, why: `${why}; the old profile is removed` },
      { settlement: { ...settlement, ...finish } },
    ),
    effect: null,
  };
}

/** Whether the certificate is still the baseline and belongs to a profile. */
function holds({ record, evidence, watched }: Context, side: Side): boolean {
  const certificate = evidence.assessment?.certificate ?? null;
  if (certificate === null || certificate.serialNumber !== record.baseline.serialNumber) return false;
  return sideOf(certificate.subject, watched) === side;
}

/**
 * Whether the old profile can be removed safely: inventory still shows the verified certificate, or one that expires no earlier and does
 * not belong to the old profile, for example after a new enrollment.
 */
function isCovered({ record, evidence, watched }: Context, target: 'blue' | 'green'): boolean {
  const certificate = evidence.assessment?.certificate ?? null;
  const { proof } = record;
  if (certificate === null || certificate.expiresAt === null) return false;
  if (certificate.serialNumber === proof?.serialNumber) return true;
  if (certificate.expiresAt < (proof?.expiresAt ?? 0)) return false;
  const side = sideOf(certificate.subject, watched);
  if (side !== null || proof === null) return side === target;
  return evidence.computer?.profiles.some(({ id }) => id === watched[target].id) ?? false;
}

/**
 * Whether the verified certificate was lost: later inventory shows no certificate, or only one that is due for renewal, because someone
 * removed the new profile. The record must then close early, since it would block another redistribution for the settle time.
 */
function isLost(context: Context): boolean {
  const { record, evidence } = context;
  const attempt = lastAttempt(record);
  const { proof } = record;
  if (attempt === null || proof === null || !isReportedSince(context, proof.reportedAt)) return false;
  const { state, unknown } = evidence.assessment ?? { state: 'unknown', unknown: null };
  if (state === 'unknown') return unknown === 'no-certificate';
  return state !== 'healthy' && !isCovered(context, targetOf(attempt.direction));
}

/**
 * Whether the old profile got a later certificate than the verified one. This happens after a new enrollment, when Jamf Pro installs all
 * profiles again in any order.
 */
function isOutlived({ record, evidence, watched }: Context, target: 'blue' | 'green'): boolean {
  const certificate = evidence.assessment?.certificate ?? null;
  const { proof } = record;
  if (certificate === null || certificate.serialNumber === proof?.serialNumber) return false;
  const side = sideOf(certificate.subject, watched);
  return side !== null && side !== target && (certificate.expiresAt ?? 0) >= (proof?.expiresAt ?? 0);
}

function done({ record, now }: Context, settlement: Settlement, why: string): Outcome {
  return ended(record, { ...settlement, doneAt: now, outcome: 'done' }, why, now);
}

function left({ record, now }: Context, settlement: Settlement, why: string): Outcome {
  return ended(record, { ...settlement, doneAt: now, outcome: 'left' }, why, now);
}

function ended(record: Redistribution, settlement: Settlement, why: string, now: number): Outcome {
  return { kind: 'move', record: note(record, { at: now, why }, { intent: null, settlement }), effect: null };
}
