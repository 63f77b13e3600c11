import type { MdmCommand } from '../profile.js';
import { isError, listed } from './evidence/commands.js';
import { directionFrom, directionTo, profileAt, type Side, type Standing, targetOf } from './direction.js';
import type { Context } from './evidence/evidence.js';
import { type Refusal, tooLongRefusal } from './safety-limits/preconditions.js';
import { tooLongWith } from './subject-fit.js';
import type { Direction, Mechanism } from './record.js';
import { idleMs } from './safety-limits/timing.js';

/** The mechanism of the next attempt, and its parameters. */
export interface Choice {
  mechanism: Mechanism;
  direction: Direction;
  /** Whether the Mac has both profiles during the attempt. */
  overlaps: boolean;
}

type Candidate = { choice: Choice } | { refusal: Refusal };

/**
 * Chooses the mechanism of the next attempt: the first allowed one, in the configured order, that can be used now
 * and has not yet failed for this record. If all of them have failed, chooses the first one that can be used now.
 * Requires both InstallProfile lists in the evidence.
 */
export function choose(context: Context, standing: Exclude<Standing, 'overlapping'>): Candidate {
  const { record, watched } = context;
  const candidates = watched.policy.mechanisms.map((mechanism) =>
    fitting(context, CANDIDATES[mechanism](context, standing)),
  );
  const choices = candidates.flatMap((one) => ('choice' in one ? [one.choice] : []));
  const failed = new Set(record.attempts.map(({ mechanism }) => mechanism));
  const choice = choices.find(({ mechanism }) => !failed.has(mechanism)) ?? choices[0];
  return choice === undefined ? { refusal: combinedRefusal(context, candidates) } : { choice };
}

const CANDIDATES: Readonly<
  Record<Mechanism, (context: Context, standing: Exclude<Standing, 'overlapping'>) => Candidate>
> = { native, unstick, overlap, cycle };

/** Refuses a mechanism that would install a profile whose subject is too long for this Mac. */
function fitting({ evidence: { computer }, watched, now }: Context, candidate: Candidate): Candidate {
  if ('refusal' in candidate || computer === null) return candidate;
  const { mechanism, direction } = candidate.choice;
  const found = tooLongWith(mechanism, targetOf(direction), watched, computer);
  return found === null ? candidate : { refusal: tooLongRefusal(found, now + idleMs(watched.policy)) };
}

/**
 * The Redistribute Profile setting of Jamf Pro works independently of Recert, and the state `due` waits for it. When this function is
 * called, the grace period has ended, or a user requested the redistribution.
 */
function native(context: Context): Candidate {
  return refuse(context, 'native: Jamf Pro sends the profile at a time that Recert cannot set');
}

/** The mechanism overlap can be used with any profile on the Mac, and with none. */
function overlap(_context: Context, standing: Exclude<Standing, 'overlapping'>): Candidate {
  const joinGreen = standing === 'green';
  const direction = directionFrom({ joinGreen, leaveBlue: standing !== 'blue' });
  return { choice: { mechanism: 'overlap', direction: direction ?? 'to-green', overlaps: true } };
}

function unstick(context: Context, standing: Exclude<Standing, 'overlapping'>): Candidate {
  const side = sideAt(standing);
  if (side !== null && stuckInstall(context, side) !== null)
    return { choice: { mechanism: 'unstick', direction: directionTo(side), overlaps: false } };
  return refuse(context, 'unstick: no InstallProfile command for the profile on this Mac has failed');
}

/**
 * The mechanism cycle is the last resort: the Mac has no certificate for some minutes, so it must be online and
 * its certificate must be close to its expiry.
 */
function cycle(context: Context, standing: Exclude<Standing, 'overlapping'>): Candidate {
  const { evidence, watched, now } = context;
  const policy = watched.policy.cycle;
  const side = sideAt(standing);
  if (policy === undefined) return refuse(context, 'cycle: no exclusion group is configured');
  if (side === null) return refuse(context, 'cycle: the Mac has neither profile');
  const { id, scope } = profileAt(watched, side);
  if (!scope.exclusions.groupIds.includes(policy.exclude))
    return refuse(context, `cycle: profile ${id} does not exclude group ${policy.exclude}`);
  const expiresAt = evidence.assessment?.certificate?.expiresAt ?? null;
  if (expiresAt !== null && expiresAt - policy.left > now)
    return refuse(
      context,
      `cycle: the certificate is valid until ${new Date(expiresAt).toISOString()}, and cycle is used only shortly before the expiry`,
      expiresAt - policy.left,
    );
  const seenAt = evidence.computer?.lastContactAt ?? null;
  if (seenAt === null || now - seenAt >= policy.seen)
    return {
      refusal: {
        reason: 'offline',
        text: `cycle: the Mac ${seenAt === null ? 'has never checked in' : `last checked in ${new Date(seenAt).toISOString()}, too long ago to remove its profile`}; renewal resumes at its next check-in`,
        until: now + idleMs(watched.policy),
      },
    };
  return { choice: { mechanism: 'cycle', direction: directionTo(side), overlaps: false } };
}

/**
 * Returns the last InstallProfile command of a profile if it failed and the certificate in inventory is not newer; otherwise `null`.
 * After the failed commands are cleared, Jamf Pro sends only such a command again.
 */
export function stuckInstall(context: Context, side: Side): MdmCommand | null {
  const last = listed(context, `install-${side}`)?.at(-1);
  if (last === undefined || !isError(last)) return null;
  const issuedAt = context.evidence.assessment?.certificate?.issuedAt ?? null;
  return issuedAt !== null && issuedAt > (last.completedAt ?? last.sentAt) ? null : last;
}

/** Returns the profile that the Mac has; `null` when it has neither profile. */
function sideAt(standing: Exclude<Standing, 'overlapping'>): Side | null {
  return standing === 'neither' ? null : standing;
}

function refuse({ watched, now }: Context, text: string, until = Infinity): Candidate {
  return { refusal: { reason: 'no-mechanism', text, until: Math.min(until, now + idleMs(watched.policy)) } };
}

/**
 * Returns why no mechanism can be used: `offline` if a mechanism only waits for the Mac to check in, `subject-too-long` if the subject is
 * too long with a mechanism, otherwise the reasons of all mechanisms.
 */
function combinedRefusal({ watched, now }: Context, candidates: readonly Candidate[]): Refusal {
  const refusals = candidates.flatMap((one) => ('refusal' in one ? [one.refusal] : []));
  const offline = refusals.find(({ reason }) => reason === 'offline');
  if (offline !== undefined) return offline;
  const tooLong = refusals.find(({ reason }) => reason === 'subject-too-long');
  if (tooLong !== undefined) return tooLong;
  return {
    reason: 'no-mechanism',
    text: `none of the allowed mechanisms (${watched.policy.mechanisms.join(', ')}) can be used now: ${refusals.map(({ text }) => text).join('; ')}`,
    until: Math.min(...refusals.map(({ until }) => until), now + idleMs(watched.policy)),
  };
}
