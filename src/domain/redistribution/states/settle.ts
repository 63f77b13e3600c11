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
  'the old profile stays until inventory shows the proven certificate, or a later one of the new profile';

const LOST =
  'the proven certificate is gone from the Mac, and what is left, if anything, comes near its end: it has to be renewed again';

type Settlement = NonNullable<Redistribution['settlement']>;

/** After the end: the old profile goes once the settle time is over, or what was begun is taken back. Then it is closed. */
export function settle(context: Context): Outcome {
  const { record, evidence, watched, now } = context;
  const { settlement } = record;
  if (settlement === null || settlement.doneAt !== null)
    return { kind: 'close', record: { ...record, intent: null, trouble: null, closedAt: now, wakeAt: now } };
  if (evidence.computer !== null && evidence.computer.retiredAt !== null)
    return left(context, settlement, 'Jamf no longer knows this Mac: nothing is left to do');
  if (settlement.kind === 'finish' && record.cancelRequest !== null)
    return left(context, settlement, `stopped by ${record.cancelRequest.by}: the Mac keeps both profiles`);
  if (settlement.kind === 'finish' && isLost(context)) return left(context, settlement, LOST);
  if (now < settlement.dueAt) return wait(record, settlement.dueAt);
  if (now >= settlement.dueAt + watched.policy.attemptsWithin)
    return left(context, settlement, 'given up: the Mac keeps both profiles, which is harmless');
  if (heldBy(context) !== null) return wait(record, now + 5 * watched.policy.waits.poll);
  return write(context, settlement);
}

function write(context: Context, settlement: Settlement): Outcome {
  const { record, evidence, watched, now } = context;
  const attempt = lastAttempt(record);
  if (attempt === null) return left(context, settlement, 'nothing was begun');
  if (settlement.kind === 'return') return takeBack(context, settlement, attempt);
  // A profile is not dropped on old news: the Mac may have lost what was proven, or have enrolled again.
  if ((evidence.computer?.readAt ?? -Infinity) < settlement.dueAt)
    return askForInventory(context, { since: settlement.dueAt });
  // Once the old profile is on its way out there is no way back: taking the new one back, too, would leave the Mac with neither.
  if (record.intent?.purpose !== 'finish' && isOutlived(context, targetOf(attempt.direction)))
    return {
      kind: 'move',
      record: note(
        record,
        { at: now, why: 'the old profile holds the later certificate: it stays, the new one goes' },
        { settlement: { ...settlement, kind: 'return' } },
      ),
      effect: null,
    };
  if (!isCovered(context, targetOf(attempt.direction)))
    return wait({ ...record, plan: UNCOVERED }, now + watched.policy.waits.online);
  // After the loss of Redis what is known of the groups may be older than what they are: dropping the other profile, too, would leave none.
  const brought = triggerChange(attempt.direction);
  const member = evidence.membership?.[brought.group];
  if (member === undefined)
    return {
      kind: 'need',
      needs: [{ what: 'membership', groups: [brought.group, finishChange(attempt.direction).group] }],
    };
  if (!isDone(brought, member))
    return left(context, settlement, 'the groups were changed by somebody else: the Mac keeps what it has');
  const dropped = targetOf(attempt.direction) === 'green' ? 'blue' : 'green';
  return (
    change(context, 'finish', finishChange(attempt.direction)) ??
    done(context, settlement, `settled: ${dropped} goes, the membership read back shows it`)
  );
}

/**
 * Takes back what was begun, unless the profile that would go holds the better certificate: it did so before, when somebody else's
 * command was taken up in an old overlap, or the Mac took it in the meantime. Then inventory must tell first what it brought.
 */
function takeBack(context: Context, settlement: Settlement, attempt: Attempt): Outcome {
  const { record, evidence, watched, now } = context;
  const wanted = returnChange(attempt);
  const target = targetOf(attempt.direction);
  const back = () =>
    change(context, 'return', wanted) ?? done(context, settlement, 'the groups are as they were before');
  const member = evidence.membership?.[wanted.group];
  if (member === undefined || isDone(wanted, member)) return back();
  if (holds(context, target))
    return left(context, settlement, 'the profile that would go holds the certificate: the Mac keeps both');
  const commands = listed(context, `install-${target}`);
  if (commands === undefined) return { kind: 'need', needs: [needOwn(attempt, target)] };
  const taken = ownCommand(commands, attempt);
  if (taken?.state !== 'ACKNOWLEDGED') return back();
  if (!isReportedSince(context, taken.completedAt ?? now)) return askForInventory(context);
  const certificate = evidence.assessment?.certificate ?? null;
  if (certificate === null || certificate.serialNumber === record.baseline.serialNumber) return back();
  const side = sideOf(certificate.subject, watched);
  if (side !== null && side !== target) return back();
  const why = 'the new profile holds the better certificate';
  if (side === null || record.cancelRequest !== null)
    return left(context, settlement, `${why}, or may: the Mac keeps both profiles`);
  const finish = { kind: 'finish' as const, dueAt: now + watched.policy.overlap.settle };
  return {
    kind: 'move',
    record: note(
      record,
      { at: now, why: `${why}: it stays, the old one goes` },
      { settlement: { ...settlement, ...finish } },
    ),
    effect: null,
  };
}

/** Whether the certificate from before the attempt is that of a profile. */
function holds({ record, evidence, watched }: Context, side: Side): boolean {
  const certificate = evidence.assessment?.certificate ?? null;
  if (certificate === null || certificate.serialNumber !== record.baseline.serialNumber) return false;
  return sideOf(certificate.subject, watched) === side;
}

/**
 * Whether the new profile can carry the Mac alone: inventory still shows the proven certificate, or one that outlives it and is not the
 * old profile's. After another enrolment, for example, the certificates are new.
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
 * Whether the proof is void: inventory that is later than it shows no certificate at all, or another one as the best that is inside the window.
 * Somebody took the new profile off the Mac. A redistribution that stayed open for the settle time would keep another from beginning.
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
 * Whether the profile that was to go has got a later certificate since: Jamf installs all profiles afresh when a Mac enrols again, and
 * the order in which they come decides.
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
