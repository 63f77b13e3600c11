import type { MdmCommand } from '../../profile.js';
import { inProfileScope } from '../../scope.js';
import { isNativeOnly } from '../../watched.js';
import { additionsOf } from '../additions.js';
import { isPending, listed, needLists } from '../evidence/commands.js';
import type { Context, Need, Outcome } from '../evidence/evidence.js';
import { NATIVE_ADVICE } from '../failure.js';
import { stuckInstall } from '../mechanism.js';
import { lastAttempt, type NativeFailure } from '../record.js';
import { isReachable } from '../request/request.js';
import { tooLongWith } from '../subject-fit.js';
import { move, note } from '../transitions.js';
import { heldBy, wait } from '../write.js';
import { ending, renewed } from './ending.js';
import { isReportedSince } from './shared/asking.js';
import { wakeFor } from './shared/pending-command-first.js';

const SIDE = 'blue';

/**
 * Records a failure of the Redistribute Profile setting, with its cause: the deadline of the setting has passed, and nothing else renews
 * the certificate. The redistribution stays open, so that a late renewal closes it. Returns `null` when the preconditions must be checked
 * instead, because the Mac is unknown or its failed commands can be cleared.
 */
export function nativeFailed(context: Context): Outcome | null {
  const { record, evidence, watched, now } = context;
  if (evidence.computer === null || evidence.assessment === null) return null;
  const commands = listed(context, `install-${SIDE}`);
  if (commands === undefined) return { kind: 'need', needs: [needLists([`install-${SIDE}`], now)] };
  if (canUnstick(context)) return null;
  const { state, actAt } = evidence.assessment;
  if (record.cause.kind === 'manual' && (state === 'healthy' || now < (actAt ?? 0))) return notSent(context);
  const found = causeOf(context, commands);
  if ('need' in found) return { kind: 'need', needs: [found.need] };
  const again = now + watched.policy.waits.online;
  const failure = found.cause;
  if (record.nativeFailure?.cause !== failure.cause || record.nativeFailure.text !== failure.text) {
    const why = `Jamf Pro did not renew the certificate: ${failure.text}`;
    const entry = { at: now, why, evidence: { cause: failure.cause } };
    const changes = {
      nativeFailure: failure,
      settlement: null,
      retryAt: null,
      plan: NATIVE_ADVICE[failure.cause],
    };
    const told =
      record.state === 'needs-human'
        ? note(record, entry, changes)
        : move(record, 'needs-human', entry, changes);
    return { kind: 'move', record: { ...told, wakeAt: again }, effect: null };
  }
  const waiting = wait(record, again);
  const pending = commands.findLast(isPending);
  if (pending === undefined || waiting.kind !== 'wait' || heldBy(context) !== null) return waiting;
  return wakeFor(context, waiting, pending);
}

/** Processes a failure of the Redistribute Profile setting; returns `null` when the redistribution is not such a failure. */
export function nativeFailure(context: Context): Outcome | null {
  const { record, watched, now } = context;
  if (record.nativeFailure === null) return null;
  const end = ending(context) ?? renewed(context);
  if (end !== null) return end;
  const stays = isNativeOnly(watched.policy) ? nativeFailed(context) : null;
  if (stays !== null) return stays;
  const why = isNativeOnly(watched.policy)
    ? 'failed commands of the Mac can be cleared, so that Jamf Pro sends the profile again'
    : `another mechanism is configured (${watched.policy.mechanisms.join(', ')})`;
  return { kind: 'move', record: move(record, 'eligible', { at: now, why }), effect: null };
}

/**
 * Ends a manual request before the deadline for the renewal by Jamf Pro. With a single profile, Recert cannot send the profile to one
 * Mac.
 */
function notSent({ record, evidence, watched, now }: Context): Outcome {
  const { dueAt = null, actAt = null } = evidence.assessment ?? {};
  const { computer } = evidence;
  const why = [
    `nothing was sent: no InstallProfile command of profile ${watched.blue.id} has failed on this Mac, and with one profile Recert can only have a failed command repeated.`,
    ...(dueAt === null || actAt === null
      ? []
      : [
          `The renewal by Jamf Pro is due on ${day(dueAt)}; after ${day(actAt)}, Recert reports it as a failure.`,
        ]),
    ...(computer === null || isReachable(computer, watched, now)
      ? []
      : [`The Mac is offline: it ${lastCheckIn(computer.lastContactAt)}.`]),
    ...additionsOf(watched.policy).slice(0, 1),
  ].join(' ');
  const entry = { at: now, why, evidence: { refusal: 'no-mechanism' } };
  return { kind: 'move', record: move(record, 'cancelled', entry), effect: null };
}

/** Whether Recert may have Jamf Pro send a failed InstallProfile command again. */
function canUnstick(context: Context): boolean {
  const { policy } = context.watched;
  return (
    policy.mechanisms.includes('unstick') && policy.mode === 'act' && stuckInstall(context, SIDE) !== null
  );
}

type Found = { cause: NativeFailure } | { need: Need };

const cause = (name: NativeFailure['cause'], text: string): Found => ({ cause: { cause: name, text } });

/** Determines the cause of a failure, if possible. Data that needs no API call is checked first. */
function causeOf(context: Context, commands: readonly MdmCommand[]): Found {
  const { evidence, watched, now } = context;
  const { computer } = evidence;
  if (computer !== null && !(computer.managed && computer.mdmCapable))
    return cause(
      'unmanaged',
      `the Mac is ${computer.managed ? 'not MDM-capable' : 'not managed by Jamf Pro'}`,
    );
  const stuck = stuckInstall(context, SIDE);
  if (stuck !== null) return installFailed(context, stuck);
  const answered = answeredOrPending(context, commands);
  if (answered !== null) return answered;
  const read = causeInProfile(context);
  if (read !== null) return read;
  if (computer !== null && !isReachable(computer, watched, now))
    return cause('offline', `the Mac ${lastCheckIn(computer.lastContactAt)}`);
  if (evidence.assessment?.unknown === 'inventory-stale')
    return cause(
      'stale-inventory',
      `the Mac last reported inventory on ${day(computer?.reportedAt ?? null)}`,
    );
  return cause('no-command', 'Jamf Pro sent no InstallProfile command for the profile');
}

function installFailed({ evidence }: Context, { error, completedAt, sentAt }: MdmCommand): Found {
  if (error === '' && evidence.failureText === undefined)
    return { need: { what: 'failure-text', side: SIDE } };
  const said = error || evidence.failureText || 'Jamf Pro shows no error text';
  return cause('install-failed', `InstallProfile failed on ${day(completedAt ?? sentAt)}: ${said}`);
}

/**
 * Returns the cause that follows from the last InstallProfile command that was sent after the certificate became due; `null` when there
 * is none.
 */
function answeredOrPending(context: Context, commands: readonly MdmCommand[]): Found | null {
  const { record } = context;
  const since = record.dueAt ?? record.openedAt;
  const last = commands.findLast(({ sentAt }) => sentAt >= since);
  if (last === undefined) return null;
  if (isPending(last))
    return cause(
      'pending-command',
      `InstallProfile was sent on ${day(last.sentAt)}, and the Mac has not answered`,
    );
  const { completedAt } = last;
  if (completedAt === null) return null;
  return isReportedSince(context, completedAt)
    ? cause(
        'unproven',
        `the Mac installed the profile on ${day(completedAt)}, and inventory shows no new certificate`,
      )
    : cause(
        'unreported',
        `the Mac installed the profile on ${day(completedAt)} and has not reported inventory since`,
      );
}

/** Checks the profile itself, as read from Jamf Pro: its scope, and the subject that this Mac would request. */
function causeInProfile({ evidence, watched }: Context): Found | null {
  const cover = evidence.cover?.[SIDE];
  if (cover === undefined) return { need: { what: 'cover', side: SIDE } };
  const { profile, computer } = cover;
  if (computer === null) return null;
  if (!inProfileScope(profile.scope, computer))
    return cause('out-of-scope', `the Mac is not in the scope of profile ${profile.id}`);
  const tooLong = tooLongWith('native', SIDE, { ...watched, blue: profile }, computer);
  return tooLong === null ? null : cause('subject-too-long', tooLong.text);
}

/**
 * Ends a redistribution that was begun with two profiles when only one is configured now. The groups are no longer known, so the Mac
 * keeps its current profiles. Returns `null` for any other redistribution.
 */
export function withoutSecond({ record, watched, now }: Context): Outcome | null {
  if (watched.green !== null || lastAttempt(record)?.overlaps !== true) return null;
  const { settlement, state } = record;
  const why = 'the second profile is no longer configured; the Mac keeps the profiles that it has';
  if (state === 'verified' || state === 'needs-human' || state === 'cancelled') {
    if (settlement === null || settlement.doneAt !== null) return null;
    const left = { ...settlement, doneAt: now, outcome: 'left' as const };
    return {
      kind: 'move',
      record: note(record, { at: now, why }, { intent: null, settlement: left }),
      effect: null,
    };
  }
  return {
    kind: 'move',
    record: move(record, 'cancelled', { at: now, why }, { intent: null }),
    effect: null,
  };
}

function lastCheckIn(at: number | null): string {
  return at === null ? 'has never checked in' : `last checked in on ${day(at)}`;
}

function day(at: number | null): string {
  return at === null ? 'an unknown day' : new Date(at).toISOString().slice(0, 10);
}
