import type { MdmCommand } from '../profile.js';
import { isError, listed } from './evidence/commands.js';
import { directionFrom, directionTo, type Side, type Standing } from './direction.js';
import type { Context } from './evidence/evidence.js';
import type { Refusal } from './safety-limits/preconditions.js';
import type { Direction, Mechanism } from './record.js';
import { idleMs } from './safety-limits/timing.js';

/** How the next attempt is made. */
export interface Choice {
  mechanism: Mechanism;
  direction: Direction;
  /** Whether the Mac has both profiles during it. */
  overlaps: boolean;
}

type Candidate = { choice: Choice } | { refusal: Refusal };

/**
 * How the next attempt is made: by the first of the mechanisms that are allowed, in their order, which may be used now and has not failed
 * for this Mac yet; when all of them have, by the first that may be used. The lists of InstallProfile commands must be there.
 */
export function choose(context: Context, standing: Exclude<Standing, 'overlapping'>): Candidate {
  const { record, watched } = context;
  const looked = watched.policy.mechanisms.map((mechanism) => CANDIDATES[mechanism](context, standing));
  const choices = looked.flatMap((one) => ('choice' in one ? [one.choice] : []));
  const failed = new Set(record.attempts.map(({ mechanism }) => mechanism));
  const choice = choices.find(({ mechanism }) => !failed.has(mechanism)) ?? choices[0];
  return choice === undefined ? { refusal: together(context, looked) } : { choice };
}

const CANDIDATES: Readonly<
  Record<Mechanism, (context: Context, standing: Exclude<Standing, 'overlapping'>) => Candidate>
> = { overlap, unstick, cycle };

/** An overlap is possible from wherever a Mac stands. */
function overlap(_context: Context, standing: Exclude<Standing, 'overlapping'>): Candidate {
  const joinGreen = standing === 'green';
  const direction = directionFrom({ joinGreen, leaveBlue: standing !== 'blue' });
  return { choice: { mechanism: 'overlap', direction: direction ?? 'to-green', overlaps: true } };
}

function unstick(context: Context, standing: Exclude<Standing, 'overlapping'>): Candidate {
  const side = sideAt(standing);
  if (side !== null && stuckInstall(context, side) !== null)
    return { choice: { mechanism: 'unstick', direction: directionTo(side), overlaps: false } };
  return no(context, 'unstick: no InstallProfile of the profile on this Mac has failed');
}

/** The last resort: the Mac is without certificate in between, so it must be there to take it back, and have little to lose. */
function cycle(context: Context, standing: Exclude<Standing, 'overlapping'>): Candidate {
  const { evidence, watched, now } = context;
  const policy = watched.policy.cycle;
  const side = sideAt(standing);
  if (policy === undefined) return no(context, 'cycle: no exclusion group is configured');
  if (side === null) return no(context, 'cycle: the Mac has neither profile');
  const { id, scope } = watched[side];
  if (!scope.exclusions.groupIds.includes(policy.exclude))
    return no(context, `cycle: profile ${id} does not exclude the group ${policy.exclude}`);
  const expiresAt = evidence.assessment?.certificate?.expiresAt ?? null;
  if (expiresAt !== null && expiresAt - policy.left > now)
    return no(
      context,
      `cycle: the certificate is good until ${new Date(expiresAt).toISOString()}, which is too long for the last resort`,
      expiresAt - policy.left,
    );
  const seenAt = evidence.computer?.lastContactAt ?? null;
  if (seenAt === null || now - seenAt >= policy.seen)
    return {
      refusal: {
        reason: 'offline',
        text: `cycle: the Mac was last seen ${seenAt === null ? 'never' : new Date(seenAt).toISOString()}, which is too long ago to take its profile away: its next check-in wakes this`,
        until: now + idleMs(watched.policy),
      },
    };
  return { choice: { mechanism: 'cycle', direction: directionTo(side), overlaps: false } };
}

/**
 * The InstallProfile of a profile that failed, if it was the last one that was sent for it, and the certificate in inventory is not newer:
 * only then does flushing it make Jamf send it again.
 */
export function stuckInstall(context: Context, side: Side): MdmCommand | null {
  const last = listed(context, `install-${side}`)?.at(-1);
  if (last === undefined || !isError(last)) return null;
  const issuedAt = context.evidence.assessment?.certificate?.issuedAt ?? null;
  return issuedAt !== null && issuedAt > (last.completedAt ?? last.sentAt) ? null : last;
}

/** The one profile that a Mac has, `null` when it has none. */
function sideAt(standing: Exclude<Standing, 'overlapping'>): Side | null {
  return standing === 'neither' ? null : standing;
}

function no({ watched, now }: Context, text: string, until = Infinity): Candidate {
  return { refusal: { reason: 'no-mechanism', text, until: Math.min(until, now + idleMs(watched.policy)) } };
}

/** A Mac that must be seen first is waited for; else all that was said is told together. */
function together({ watched, now }: Context, looked: readonly Candidate[]): Refusal {
  const refusals = looked.flatMap((one) => ('refusal' in one ? [one.refusal] : []));
  const offline = refusals.find(({ reason }) => reason === 'offline');
  if (offline !== undefined) return offline;
  return {
    reason: 'no-mechanism',
    text: `none of the mechanisms that are allowed (${watched.policy.mechanisms.join(', ')}) may be used now: ${refusals.map(({ text }) => text).join('; ')}`,
    until: Math.min(...refusals.map(({ until }) => until), now + idleMs(watched.policy)),
  };
}
