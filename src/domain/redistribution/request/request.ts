import type { Assessment } from '../../assessment.js';
import type { KnownComputer } from '../../known.js';
import { isNativeOnly, type WatchedProfile } from '../../watched.js';
import { additionsOf } from '../additions.js';
import { NATIVE_ADVICE } from '../failure.js';
import { isSettling, lastAttempt, type Redistribution } from '../record.js';
import { subjectTooLong } from '../subject-fit.js';
import { overridesHelp, type Overrides, describeOverrides } from './take-over.js';

/** Facts on which the decision about a manual request is based. */
export interface RequestFacts {
  /** `null` when the Mac is unknown. */
  computer: KnownComputer | null;
  /** Assessment of the Mac at `now`; `null` when the Mac is unknown. */
  assessment: Assessment | null;
  watched: WatchedProfile;
  /** The open redistribution of this Mac and profile; `null` if there is none. */
  open: Redistribution | null;
  paused: { by: string; reason: string } | null;
  overrides: Overrides;
  now: number;
}

/** Why a manual request is refused. */
export type Refusal =
  | 'unknown-computer'
  | 'retired'
  | 'unmanaged'
  | 'out-of-scope'
  | 'subject-too-long'
  | 'no-mechanism'
  | 'settling'
  | 'pending-command'
  | 'open';

/** Whether a manual request is allowed, with a sentence for the user. */
export type Verdict =
  /**
   * `planOnly`: whether the profile is in observe mode. The redistribution is then only a plan, and nothing is written to Jamf Pro.
   * `takesOver`: the waiting redistribution that this request takes over; `null` if there is none.
   */
  | { allowed: true; planOnly: boolean; takesOver: Redistribution | null; sentence: string }
  | { allowed: false; reason: Refusal; sentence: string };

/**
 * Decides about a manual request. It may override the renewal window, the grace period for the Redistribute
 * Profile setting of Jamf Pro, old inventory and, if requested, the rate limit and the canary. It never overrides
 * an open redistribution, a pending command or the scope.
 */
export function judgeRequest(facts: RequestFacts): Verdict {
  const { computer, assessment, watched, open, paused, overrides, now } = facts;
  const name = watched.name;
  if (computer === null || assessment === null)
    return refuse('unknown-computer', 'Unknown Mac. If it is new in Jamf Pro, run a sweep.');
  const mac = computer.name || computer.serialNumber || `computer ${computer.id}`;
  if (computer.retiredAt !== null) return refuse('retired', `${mac} was deleted from Jamf Pro.`);
  if (!computer.managed || !computer.mdmCapable)
    return refuse(
      'unmanaged',
      `${mac} is ${computer.managed ? 'not MDM-capable' : 'not managed by Jamf Pro'}, so no profile can be sent. Re-enroll it first.`,
    );
  if (!assessment.inScope)
    return refuse(
      'out-of-scope',
      `${mac} is not in the scope of ${watched.blue.name || name}. Change the scope in Jamf Pro first.`,
    );
  const tooLong = subjectTooLong(watched, computer);
  if (tooLong !== null)
    return refuse(
      'subject-too-long',
      `${mac}: ${tooLong.text}. To do now: ${NATIVE_ADVICE['subject-too-long']}.`,
    );
  const only = isNativeOnly(watched.policy);
  if (only && (open?.nativeFailure || !watched.policy.mechanisms.includes('unstick')))
    return refuseNative(watched, open?.nativeFailure ?? null, mac);
  if (open !== null && !overridesHelp(open, overrides)) return refuseOpen(open, mac);
  if (watched.policy.mode === 'observe')
    return {
      allowed: true,
      planOnly: true,
      takesOver: open,
      sentence: `${name} is in observe mode: a plan for ${mac} is created, nothing is written to Jamf Pro.`,
    };
  const waits = [
    ...(paused === null
      ? []
      : [
          `renewals are paused by ${paused.by} (${paused.reason}), so the redistribution starts after they are resumed`,
        ]),
    ...(isReachable(computer, watched, now)
      ? []
      : ['the Mac is offline, so the redistribution starts at its next check-in']),
  ];
  return {
    allowed: true,
    planOnly: false,
    takesOver: open,
    sentence: `${name} will be redistributed to ${mac}${only ? ', if an InstallProfile command for the profile has failed on the Mac' : ''}${open === null ? '' : ', replacing the renewal that is already waiting'}${waits.length === 0 ? '' : `. Delayed: ${waits.join('; ')}`}.`,
  };
}

/**
 * Returns the record with a request to cancel, which takes effect when a worker next processes the redistribution. If there already is a
 * request to cancel, it is kept.
 */
export function requestCancel(
  record: Redistribution,
  { by, reason, at }: { by: string; reason: string; at: number },
): Redistribution {
  return { ...record, cancelRequest: record.cancelRequest ?? { by, reason, at } };
}

/** Whether the Mac checked in recently enough to expect that it receives a command. */
export function isReachable(
  computer: Pick<KnownComputer, 'lastContactAt'>,
  watched: WatchedProfile,
  now: number,
): boolean {
  return computer.lastContactAt !== null && now - computer.lastContactAt < watched.policy.waits.online;
}

/** Refuses the request because Jamf Pro alone decides when it sends the profile: there is only one profile and no exclusion group. */
function refuseNative(
  { blue, policy }: WatchedProfile,
  failure: Redistribution['nativeFailure'],
  mac: string,
): Verdict {
  const { id, name } = blue;
  const now = failure === null ? '' : ` ${mac}: ${failure.text}. To do now: ${NATIVE_ADVICE[failure.cause]}.`;
  return refuse(
    'no-mechanism',
    [
      `Recert cannot send profile ${id} (${name}) to one Mac.${now}`,
      ...additionsOf(policy).slice(0, 1),
      'A person can redistribute the profile to its whole scope.',
    ].join(' '),
  );
}

function refuseOpen(open: Redistribution, mac: string): Verdict {
  if (isSettling(open) && open.proof !== null)
    return refuse(
      'settling',
      `${mac} already has a new certificate (serial ${open.proof.serialNumber}). It can be redistributed again after ${formatInstant(open.settlement?.dueAt)}, when the old profile is removed.`,
    );
  const command = lastAttempt(open)?.command;
  if (command && (command.state === 'PENDING' || command.state === 'NOT_NOW') && open.state !== 'retry')
    return refuse(
      'pending-command',
      `An InstallProfile command for ${mac} has been pending since ${formatInstant(command.sentAt)} (${open.id}). Another one would issue a second certificate.`,
    );
  const state = open.blocked === null ? open.state : `blocked: ${open.blocked.text}`;
  const past = describeOverrides(open);
  if (past !== null)
    return refuse(
      'open',
      `A redistribution of ${mac} is already waiting (${state}). Follow it, or ${past} to send it now.`,
    );
  return refuse(
    'open',
    `A redistribution of ${mac} is already open (${open.id}, ${state}). Follow it, or cancel it first.`,
  );
}

function refuse(reason: Refusal, sentence: string): Verdict {
  return { allowed: false, reason, sentence };
}

function formatInstant(at: number | undefined): string {
  return at === undefined
    ? 'the settle time'
    : new Date(at).toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
}
