import type { UnknownReason } from '../../assessment.js';
import type { Context, Need, Room } from '../evidence/evidence.js';
import { maintenanceAt } from './maintenance-window.js';
import type { BlockReason } from '../record.js';
import { isReachable } from '../request/request.js';
import { idleMs } from './timing.js';
import { heldBy } from '../write.js';

/** A rail that says no: why, in a sentence, and when to look again if nothing is heard before. */
export interface Refusal {
  reason: BlockReason;
  text: string;
  until: number;
}

/** What a rail says: nothing against it, a refusal, or that it must see something first. */
export type Verdict = { refusal: Refusal } | { need: Need } | null;

type Gate = (context: Context) => Verdict;

const UNKNOWN: Record<UnknownReason, string> = {
  'no-certificate': 'inventory shows no certificate of this profile',
  'inventory-stale': 'the last inventory is too old to act on',
  'never-reported': 'the Mac has never reported inventory',
  'expiry-missing': 'inventory shows no expiry date of the certificate',
};

/** Every rail before a trigger, the cheap ones first: a redistribution that may not go costs Jamf nothing. */
const GATES: readonly Gate[] = [
  known,
  held,
  managed,
  fresh,
  reported,
  inWindow,
  reachable,
  attemptsLeft,
  roomLeft,
];

/** The first rail that does not say yes. */
export function firstRefusal(context: Context): Verdict {
  for (const gate of GATES) {
    const verdict = gate(context);
    if (verdict !== null) return verdict;
  }
  return null;
}

function known({ evidence, watched, now }: Context): Verdict {
  if (evidence.computer !== null && evidence.assessment !== null) return null;
  return refuse(
    'unknown-computer',
    'nothing is known of this Mac until a sweep reads it',
    now + idleMs(watched.policy),
  );
}

function held(context: Context): Verdict {
  const hold = heldBy(context);
  if (hold === null) return null;
  const { policy } = context.watched;
  const waitMs = hold.reason === 'paused' ? 5 * policy.waits.poll : idleMs(policy);
  return refuse(hold.reason, hold.text, context.now + waitMs);
}

function managed({ evidence, watched, now }: Context): Verdict {
  if (evidence.computer?.managed === true && evidence.computer.mdmCapable) return null;
  return refuse(
    'unmanaged',
    'Jamf does not manage this Mac, so it takes no profile',
    now + idleMs(watched.policy),
  );
}

/** Unknown never acts by itself; a person may, who has looked. */
function fresh(context: Context): Verdict {
  const { record, evidence, watched, now } = context;
  const unknown = evidence.assessment?.unknown ?? null;
  if (unknown === null || record.cause.kind === 'manual') return null;
  if (unknown === 'no-certificate' && wentWithProfile(context)) return null;
  return refuse('inventory-stale', UNKNOWN[unknown], now + idleMs(watched.policy));
}

/**
 * Whether it is known why the certificate that was due is gone: we took the profile away, or inventory shows neither of the two on the
 * Mac, because somebody did, or because an exclusion arrived of which nothing was seen. What was due is still to be done.
 */
function wentWithProfile({ record, evidence, watched }: Context): boolean {
  if (record.attempts.some(({ mechanism }) => mechanism === 'cycle')) return true;
  const halves = [watched.blue.id, watched.green.id];
  const { computer } = evidence;
  return (
    record.baseline.serialNumber !== '' &&
    computer !== null &&
    !computer.profiles.some(({ id }) => halves.includes(id))
  );
}

/**
 * The Mac acknowledged the last attempt and has not reported inventory since: nobody knows whether it worked, and another attempt might
 * cost a certificate for nothing.
 */
function reported({ record, evidence, watched, now }: Context): Verdict {
  const last = record.attempts.at(-1);
  if (last?.outcome !== 'unproven') return null;
  const acknowledgedAt = last.command?.completedAt ?? null;
  const reportedAt = evidence.computer?.reportedAt ?? null;
  if (acknowledgedAt === null || (reportedAt !== null && reportedAt > acknowledgedAt)) return null;
  return refuse(
    'inventory-stale',
    'the Mac took the profile and has not reported inventory since',
    now + idleMs(watched.policy),
  );
}

function reachable({ evidence, watched, now }: Context): Verdict {
  if (evidence.computer === null || isReachable(evidence.computer, watched, now)) return null;
  const { lastContactAt } = evidence.computer;
  const seen =
    lastContactAt === null
      ? 'the Mac was never seen'
      : `the Mac was last seen ${new Date(lastContactAt).toISOString()}`;
  return refuse('offline', `${seen}: its next check-in wakes this`, now + idleMs(watched.policy));
}

/** Maintenance windows hold for a person, too: they are agreed with others. */
function inWindow({ watched, now }: Context): Verdict {
  const { policy } = watched;
  const window = maintenanceAt(policy.maintenance, now);
  if (window.open) return null;
  const { opensAt } = window;
  return refuse(
    'maintenance-window',
    opensAt === null
      ? 'outside the maintenance windows, and none ever opens'
      : `outside the maintenance windows; the next one opens ${new Date(opensAt).toISOString()}`,
    opensAt ?? now + idleMs(policy),
  );
}

function attemptsLeft(context: Context): Verdict {
  const { record, evidence, watched, now } = context;
  if (evidence.attemptsUsed === undefined) return { need: needAttempts(context) };
  // A person who asks has looked at what failed: one attempt is theirs.
  if (record.cause.kind === 'manual' && record.attempts.length === 0) return null;
  if (evidence.attemptsUsed < watched.policy.attempts) return null;
  return refuse(
    'attempts-used',
    `${evidence.attemptsUsed} attempts were made already: a person must look`,
    now + 2 * idleMs(watched.policy),
  );
}

function roomLeft(context: Context): Verdict {
  const { record, evidence } = context;
  if (evidence.room === undefined)
    return { need: { what: 'room', attempt: record.attempts.length + 1, ...overridesOf(record) } };
  return evidence.room.turn ? null : { refusal: refusalFor(evidence.room, context) };
}

/** What is missing for another certificate when it is not its turn. */
export function refusalFor(room: Room, { record, watched, now }: Context): Refusal {
  const { hourly, inFlight, canary = null, breaker = null, hold = null, ahead } = room;
  const { poll } = watched.policy.waits;
  const over = overridesOf(record);
  if (breaker !== null) return { reason: 'breaker-open', text: breaker.text, until: now + 5 * poll };
  if (hold !== null) return { reason: 'jamf-held', text: hold.text, until: Math.max(hold.until, now + 1) };
  // Far behind in line nobody's turn comes within a poll or two: ten thousand that wait must not ask Redis every two minutes each.
  const again = (cap: number) =>
    now + Math.min(2 * poll * Math.max(1, Math.ceil(ahead / cap)), idleMs(watched.policy));
  const first = ahead === 0 ? '' : `; ${ahead} that expire earlier go first`;
  if (hourly.freeAt !== null && !over.overHourlyCap)
    return {
      reason: 'hourly-cap',
      text: `${hourly.used} ${hourly.used === 1 ? 'certificate was' : 'certificates were'} asked for within an hour, ${hourly.cap} ${hourly.cap === 1 ? 'is' : 'are'} allowed${first}`,
      // Those ahead may leave the line: whoever waits long looks again in between.
      until: Math.min(Math.max(hourly.freeAt, now + 1), now + idleMs(watched.policy)),
    };
  if (canary !== null && !over.overCanary && canary.used + ahead >= canary.limit)
    return {
      reason: 'canary',
      text: `the canary wave of ${canary.limit} is under way, the next one begins when all of them are verified${first}`,
      until: again(canary.limit),
    };
  return {
    reason: 'in-flight-cap',
    text: `${inFlight.used} redistributions are under way, ${inFlight.cap} are allowed at a time${first}`,
    until: again(inFlight.cap),
  };
}

/** What a person said that does not hold for this one. */
export function overridesOf({ cause }: Context['record']): { overHourlyCap: boolean; overCanary: boolean } {
  if (cause.kind !== 'manual') return { overHourlyCap: false, overCanary: false };
  return { overHourlyCap: cause.overrides.hourlyCap, overCanary: cause.overrides.canary === true };
}

/** The need for the number of attempts within the policy's time. */
export function needAttempts({ watched, now }: Context): Need {
  return { what: 'attempts', since: now - watched.policy.attemptsWithin };
}

function refuse(reason: BlockReason, text: string, until: number): Verdict {
  return { refusal: { reason, text, until } };
}
