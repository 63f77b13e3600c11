import { listed, needOwn, ownCommand } from '../evidence/commands.js';
import {
  finishChange,
  isDone,
  overlapOf,
  profileAt,
  type Side,
  targetOf,
  triggerChange,
} from '../direction.js';
import { lackingCover } from '../evidence/cover.js';
import type { Context, Outcome } from '../evidence/evidence.js';
import { sideOf } from '../evidence/proof.js';
import { type Attempt, lastAttempt, type Redistribution } from '../record.js';
import type { Certificate } from '../../computer.js';
import type { RedistributionPolicy, WatchedProfile } from '../../watched.js';
import { sameSerialNumber } from '../../certificate.js';
import { SKEW_MS } from '../safety-limits/timing.js';
import { note } from '../transitions.js';
import { change, heldBy, wait } from '../write.js';
import { askForInventory, awaitReport, isReportedSince } from './shared/asking.js';
import { returnChange } from './ending.js';

/** Text that is shown as the plan while the removal of the old profile waits for evidence. */
const NEEDS_REPORT =
  'the old profile stays until the Mac reports inventory that shows the new profile and its certificate';

const STAYS = 'the old profile stays';

const LOST =
  'the verified certificate is no longer on the Mac, and no other certificate is valid long enough; the Mac must be renewed again';

type Settlement = NonNullable<Redistribution['settlement']>;

/**
 * Cleans up after the final state: removes the old profile after the settle time, or reverts the group change.
 * Then closes the record.
 */
export function settle(context: Context): Outcome {
  const { record, evidence, watched, now } = context;
  const { settlement } = record;
  if (settlement === null || settlement.doneAt !== null)
    return { kind: 'close', record: { ...record, intent: null, trouble: null, closedAt: now, wakeAt: now } };
  if (evidence.computer !== null && evidence.computer.retiredAt !== null)
    return left(context, settlement, 'the Mac was deleted from Jamf Pro; nothing is left to do');
  if (settlement.kind === 'finish' && record.cancelRequest !== null)
    return left(context, settlement, `canceled by ${record.cancelRequest.by}; the Mac keeps both profiles`);
  if (settlement.kind === 'finish' && isLost(context))
    return left(context, { ...settlement, lostAt: now }, LOST);
  if (now < settlement.dueAt) return wait(record, settlement.dueAt);
  if (now >= abandonedAt(settlement, watched.policy))
    return left(context, settlement, 'cleanup abandoned; the Mac keeps both profiles, which is harmless');
  if (heldBy(context) !== null) return wait(undecided(record), now + 5 * watched.policy.waits.poll);
  return write(context, settlement);
}

/** Returns when the cleanup is abandoned, epoch milliseconds. */
export function abandonedAt({ dueAt }: Settlement, { attemptsWithin }: RedistributionPolicy): number {
  return dueAt + attemptsWithin;
}

function write(context: Context, settlement: Settlement): Outcome {
  const { record, evidence, watched, now } = context;
  const attempt = lastAttempt(record);
  if (attempt === null) return left(context, settlement, 'no group was changed');
  if (settlement.kind === 'return') return takeBack(context, settlement, attempt);
  const target = targetOf(attempt.direction);
  // The Mac is read once more after the settle time, because it may have enrolled again. The certificate of the old profile may then
  // expire later.
  if ((evidence.computer?.readAt ?? -Infinity) < settlement.dueAt)
    return askForInventory(context, { since: settlement.dueAt });
  // The new profile is not removed if the removal of the old profile has already been requested. Otherwise, the Mac would have neither.
  if (record.intent?.purpose !== 'finish' && isOutlived(context, target))
    return {
      kind: 'move',
      record: note(
        record,
        { at: now, why: 'the old profile holds the later certificate; the new profile is removed' },
        { settlement: { ...settlement, kind: 'return', decidedAt: now } },
      ),
      effect: null,
    };
  if (evidence.breaker === undefined) return { kind: 'need', needs: [{ what: 'breaker' }] };
  if (evidence.breaker !== null) return wait(undecided(record), now + 5 * watched.policy.waits.poll);
  return retire(context, settlement, attempt);
}

/**
 * Discards the decision to remove the old profile after something stopped the removal. It is decided again later, with newer evidence.
 */
function undecided(record: Redistribution): Redistribution {
  if (record.settlement?.decidedAt === undefined) return record;
  const { decidedAt: _, ...settlement } = record.settlement;
  return { ...record, settlement };
}

/** Removes the old profile, if evidence that was reported after the decision shows that the new profile protects the Mac. */
function retire(context: Context, settlement: Settlement, attempt: Attempt): Outcome {
  const { record, evidence, watched, now } = context;
  const { decidedAt } = settlement;
  if (decidedAt === undefined)
    return {
      kind: 'move',
      record: { ...record, settlement: { ...settlement, decidedAt: now } },
      effect: null,
    };
  const target = targetOf(attempt.direction);
  const brought = triggerChange(attempt.direction);
  const finish = finishChange(attempt.direction);
  const lacking = lackingCover(context, target, {
    change: finish,
    decidedAt,
    counts: (certificate, profiles) => isCovered({ certificate, profiles }, record, { watched, target }),
  });
  const askLater = (since: number) =>
    awaitReport({ ...context, record: { ...record, plan: NEEDS_REPORT } }, since);
  // If the removal was already requested, the groups are checked first. They may show that the removal is complete, and no further
  // evidence arrives in that case.
  if (lacking !== null && 'reportSince' in lacking && record.intent?.purpose !== 'finish')
    return askLater(lacking.reportSince);
  const there = evidence.membership?.[brought.group];
  const gone = evidence.membership?.[finish.group];
  if (there === undefined || gone === undefined)
    return { kind: 'need', needs: [{ what: 'membership', groups: [brought.group, finish.group] }] };
  // Someone may have reverted the trigger, for example after Redis lost its data. If Recert removed the old profile as well, the Mac
  // would have neither.
  if (!isDone(brought, there))
    return left(context, settlement, 'someone else changed the groups; the Mac keeps its current profiles');
  if (lacking !== null && !isDone(finish, gone)) {
    if ('needs' in lacking) return { kind: 'need', needs: lacking.needs };
    if ('reportSince' in lacking) return askLater(lacking.reportSince);
    return wait({ ...record, plan: `${STAYS}: ${lacking.why}` }, now + watched.policy.waits.online);
  }
  const dropped = target === 'green' ? 'blue' : 'green';
  return (
    change(context, 'finish', finish) ??
    done(
      context,
      settlement,
      `cleanup done: the ${dropped} profile is being removed (group change confirmed)`,
    )
  );
}

/**
 * Reverts the trigger, unless the profile that would be removed holds the certificate that expires later, either from before the
 * redistribution or from an installation in the meantime. If the Mac installed the profile, the profile is removed only if evidence that
 * was reported after the decision shows that the other profile protects the Mac.
 */
function takeBack(context: Context, settlement: Settlement, attempt: Attempt): Outcome {
  const { record, evidence, watched, now } = context;
  const wanted = returnChange(attempt);
  const target = targetOf(attempt.direction);
  const back = () => change(context, 'return', wanted) ?? done(context, settlement, 'group changes reverted');
  const backOnEvidence = () => {
    const { decidedAt } = settlement;
    if (decidedAt === undefined)
      return {
        kind: 'move' as const,
        record: { ...record, settlement: { ...settlement, decidedAt: now } },
        effect: null,
      };
    const stays = target === 'green' ? 'blue' : 'green';
    const lacking = lackingCover(context, stays, {
      change: wanted,
      decidedAt,
      counts: ({ subject }) => sideOf(subject, watched) !== target,
    });
    if (lacking === null) return back();
    if ('needs' in lacking) return { kind: 'need' as const, needs: lacking.needs };
    if ('reportSince' in lacking) return awaitReport(context, lacking.reportSince);
    return left(context, settlement, `${lacking.why}: the Mac keeps both profiles`);
  };
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
  if (certificate === null || certificate.serialNumber === record.baseline.serialNumber)
    return backOnEvidence();
  const side = sideOf(certificate.subject, watched);
  if (side !== null && side !== target) return backOnEvidence();
  const why = 'the new profile holds the later certificate';
  if (side === null || record.cancelRequest !== null)
    return left(
      context,
      settlement,
      'the new profile holds, or may hold, the later certificate; the Mac keeps both profiles',
    );
  const finish = { kind: 'finish' as const, dueAt: now + overlapOf(watched.policy).settle };
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

/** Whether the certificate is still the one from before the redistribution, and belongs to the given profile. */
function holds({ record, evidence, watched }: Context, side: Side): boolean {
  const certificate = evidence.assessment?.certificate ?? null;
  if (certificate === null || certificate.serialNumber !== record.baseline.serialNumber) return false;
  return sideOf(certificate.subject, watched) === side;
}

/**
 * Whether a certificate comes from the new profile. It is the verified certificate, or a certificate that expires no earlier and does not
 * come from the old profile. After another enrollment, for example, all certificates are new.
 */
function isCovered(
  { certificate, profiles }: { certificate: Certificate | null; profiles: readonly { id: string }[] },
  { proof }: Redistribution,
  { watched, target }: { watched: WatchedProfile; target: Side },
): boolean {
  if (certificate === null || certificate.expiresAt === null || certificate.revoked === true) return false;
  if (proof !== null && sameSerialNumber(certificate.serialNumber, proof.serialNumber)) return true;
  if (certificate.expiresAt < (proof?.expiresAt ?? 0)) return false;
  const side = sideOf(certificate.subject, watched);
  if (side !== null || proof === null) return side === target;
  return profiles.some(({ id }) => id === profileAt(watched, target).id);
}

/**
 * Whether the verified certificate was lost: later inventory shows no certificate, or only one that is due for
 * renewal, because someone removed the new profile. The record must then close early, because it would block
 * another redistribution for the settle time.
 */
function isLost(context: Context): boolean {
  const { record, evidence, watched } = context;
  const attempt = lastAttempt(record);
  const { proof } = record;
  if (attempt === null || proof === null) return false;
  // The times of inventory come from the clock of Jamf Pro, and the status may prove the renewal only seconds after the install.
  const slackMs = proof.source === 'status' ? SKEW_MS : 0;
  if (!isReportedSince(context, proof.reportedAt + slackMs)) return false;
  const { state, unknown } = evidence.assessment ?? { state: 'unknown', unknown: null };
  if (state === 'unknown') return unknown === 'no-certificate';
  const seen = {
    certificate: evidence.assessment?.certificate ?? null,
    profiles: evidence.computer?.profiles ?? [],
  };
  return state !== 'healthy' && !isCovered(seen, record, { watched, target: targetOf(attempt.direction) });
}

/**
 * Whether the old profile got a certificate that expires later than the verified one. This happens after a new
 * enrollment, when Jamf Pro installs all profiles again in any order.
 */
function isOutlived({ record, evidence, watched }: Context, target: 'blue' | 'green'): boolean {
  const certificate = evidence.assessment?.certificate ?? null;
  const { proof } = record;
  if (certificate === null || sameSerialNumber(certificate.serialNumber, proof?.serialNumber ?? ''))
    return false;
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
