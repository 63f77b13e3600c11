import type { UnknownReason } from '../../assessment.js';
import { profilesOf } from '../../watched.js';
import { subjectTooLong, type TooLong } from '../subject-fit.js';
import type { Context, Need, Capacity } from '../evidence/evidence.js';
import { canaryWaitMs } from './canary-wait.js';
import { maintenanceAt, urgentBefore } from './maintenance-window.js';
import type { BlockReason } from '../record.js';
import { isReachable } from '../request/request.js';
import { idleMs } from './timing.js';
import { heldBy } from '../write.js';

/**
 * A precondition that is not met. `text` is part of a sentence: lower-case start, no full stop. `until`: when to
 * check again unless a signal comes first.
 */
export interface Refusal {
  reason: BlockReason;
  text: string;
  until: number;
}

/** Result of a precondition: met (`null`), not met, or more data needed. */
export type Verdict = { refusal: Refusal } | { need: Need } | null;

type Precondition = (context: Context) => Verdict;

const UNKNOWN: Record<UnknownReason, string> = {
  'no-certificate':
    'inventory shows no certificate for this profile; renewal resumes when an inventory report does',
  'inventory-stale': 'the last inventory report is too old to act on; renewal resumes after the next report',
  'never-reported': 'the Mac has never reported inventory; renewal resumes after the first report',
  'expiry-missing':
    'inventory shows no expiry date for the certificate; renewal resumes when an inventory report does',
};

/**
 * All preconditions of a trigger. Those that need no API call come first, so a blocked redistribution causes no
 * Jamf Pro API calls.
 */
const PRECONDITIONS: readonly Precondition[] = [
  known,
  fits,
  held,
  managed,
  fresh,
  reported,
  inMaintenanceWindow,
  reachable,
  attemptsLeft,
  roomLeft,
  fleetRead,
];

/** Returns the first precondition that is not met or that needs data; `null` when all are met. */
export function firstRefusal(context: Context): Verdict {
  for (const check of PRECONDITIONS) {
    const verdict = check(context);
    if (verdict !== null) return verdict;
  }
  return null;
}

function known({ evidence, watched, now }: Context): Verdict {
  if (evidence.computer !== null && evidence.assessment !== null) return null;
  return refuse(
    'unknown-computer',
    'this Mac has not been read yet; the next sweep reads it',
    now + idleMs(watched.policy),
  );
}

/**
 * Checks, with the data of inventory, that the subject of the Mac is short enough with at least one mechanism that Recert may use. This
 * check precedes the check for observe mode, so that plans also report Macs that cannot be renewed.
 */
function fits({ evidence, watched, now }: Context): Verdict {
  if (evidence.computer === null) return null;
  const mechanisms = watched.policy.mechanisms.filter((one) => one !== 'native');
  const found = subjectTooLong(watched, evidence.computer, mechanisms);
  return found === null ? null : { refusal: tooLongRefusal(found, now + idleMs(watched.policy)) };
}

/** Returns the refusal of a renewal that must fail because of the subject of the Mac. */
export function tooLongRefusal({ text }: TooLong, until: number): Refusal {
  return {
    reason: 'subject-too-long',
    text: `${text}; renewal resumes when the name of the Mac or the subject of the profile is shorter`,
    until,
  };
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
    `this Mac is ${evidence.computer?.managed === true ? 'not MDM-capable' : 'not managed by Jamf Pro'}, so it cannot receive profiles`,
    now + idleMs(watched.policy),
  );
}

/** An unknown certificate status blocks automatic renewal, but not a manual request. */
function fresh(context: Context): Verdict {
  const { record, evidence, watched, now } = context;
  const unknown = evidence.assessment?.unknown ?? null;
  if (unknown === null || record.cause.kind === 'manual') return null;
  if (unknown === 'no-certificate' && lostWithProfile(context)) return null;
  return refuse('inventory-stale', UNKNOWN[unknown], now + idleMs(watched.policy));
}

/**
 * Whether the certificate is missing because the profile is missing, so that the renewal is still needed. Either
 * `cycle` removed the profile, or inventory shows no watched profile on the Mac: someone removed it, or an
 * exclusion took effect although its call seemed to fail.
 */
function lostWithProfile({ record, evidence, watched }: Context): boolean {
  if (record.attempts.some(({ mechanism }) => mechanism === 'cycle')) return true;
  const halves = profilesOf(watched).map(({ id }) => id);
  const { computer } = evidence;
  return (
    record.baseline.serialNumber !== '' &&
    computer !== null &&
    !computer.profiles.some(({ id }) => halves.includes(id))
  );
}

/**
 * Blocks while the Mac has not reported inventory since it acknowledged the last attempt. The attempt may have
 * succeeded, and another one would then issue a certificate that is not needed.
 */
function reported({ record, evidence, watched, now }: Context): Verdict {
  const last = record.attempts.at(-1);
  if (last?.outcome !== 'unproven') return null;
  const acknowledgedAt = last.command?.completedAt ?? last.triggeredAt;
  const reportedAt = evidence.computer?.reportedAt ?? null;
  if (acknowledgedAt === null || (reportedAt !== null && reportedAt > acknowledgedAt)) return null;
  return refuse(
    'inventory-stale',
    'the Mac installed the profile and has not reported inventory since; renewal resumes after the next report',
    now + idleMs(watched.policy),
  );
}

function reachable({ evidence, watched, now }: Context): Verdict {
  if (evidence.computer === null || isReachable(evidence.computer, watched, now)) return null;
  const { lastContactAt } = evidence.computer;
  const seen =
    lastContactAt === null
      ? 'the Mac has never checked in'
      : `the Mac last checked in ${new Date(lastContactAt).toISOString()}`;
  return refuse('offline', `${seen}; renewal resumes at its next check-in`, now + idleMs(watched.policy));
}

/** Maintenance windows also apply to manual requests, because they are agreed with other teams. */
function inMaintenanceWindow({ evidence, watched, now }: Context): Verdict {
  const { maintenance, maintenanceUrgent } = watched.policy;
  const window = maintenanceAt(maintenance, now);
  if (window.open) return null;
  const { opensAt } = window;
  const expiresAt = evidence.assessment?.certificate?.expiresAt ?? Infinity;
  const isUrgent = expiresAt < urgentBefore(opensAt, now);
  if (isUrgent && maintenanceUrgent === 'allow') return null;
  const late = isUrgent ? '; the certificate expires before that or within a day' : '';
  return refuse(
    'maintenance-window',
    `outside the maintenance window; the next one opens ${new Date(opensAt).toISOString()}${late}`,
    opensAt,
  );
}

function attemptsLeft(context: Context): Verdict {
  const { record, evidence, watched, now } = context;
  if (evidence.attemptsUsed === undefined) return { need: needAttempts(context) };
  // A manual request gets one attempt more than the limit.
  if (record.cause.kind === 'manual' && record.attempts.length === 0) return null;
  if (evidence.attemptsUsed < watched.policy.attempts) return null;
  return refuse(
    'attempts-used',
    `no automatic attempts left (${evidence.attemptsUsed} used); needs attention`,
    now + 2 * idleMs(watched.policy),
  );
}

function roomLeft(context: Context): Verdict {
  const { record, evidence } = context;
  if (evidence.room === undefined)
    return { need: { what: 'room', attempt: record.attempts.length + 1, ...overridesOf(record) } };
  return evidence.room.turn ? null : { refusal: refusalFor(evidence.room, context) };
}

/** Longest time for which the canary waits for the first full sweep, milliseconds. */
const FIRST_SWEEP_MS = 3_600_000;

/**
 * During the canary, waits until the first full sweep has read the whole fleet. The canary starts with the most urgent certificate, which
 * is not known before that. The wait is limited by `canaryWaitMs`, with the expiry of the certificate of this Mac.
 */
function fleetRead({ record, evidence, watched, now }: Context): Verdict {
  const inCanary = (evidence.room?.canary ?? null) !== null;
  if (watched.chosen !== null || !inCanary || record.cause.kind === 'manual') return null;
  const { waits } = watched.policy;
  const { openedAt, baseline } = record;
  const until = openedAt + canaryWaitMs(FIRST_SWEEP_MS, baseline.expiresAt, { waits, now: openedAt });
  if (now >= until) return null;
  return refuse(
    'canary',
    'the canary starts with the most urgent certificate, which is known when the first full sweep has read all Macs',
    Math.min(until, now + 2 * waits.poll),
  );
}

/**
 * Returns why the capacity does not allow another redistribution: circuit breaker, hold, rate limit, canary or
 * concurrency limit.
 */
export function refusalFor(room: Capacity, { record, watched, now }: Context): Refusal {
  const { hourly, inFlight, canary = null, breaker = null, hold = null, ahead } = room;
  const { poll } = watched.policy.waits;
  const over = overridesOf(record);
  if (breaker !== null) return { reason: 'breaker-open', text: breaker.text, until: now + 5 * poll };
  if (hold !== null) return { reason: 'jamf-held', text: hold.text, until: Math.max(hold.until, now + 1) };
  // Macs far back in the queue are checked less often. Otherwise, 10,000 waiting Macs would each cause a query to Redis every two
  // minutes.
  const again = (cap: number) =>
    now + Math.min(2 * poll * Math.max(1, Math.ceil(ahead / cap)), idleMs(watched.policy));
  const queued =
    ahead === 0
      ? ''
      : `; ${ahead} ${ahead === 1 ? 'Mac' : 'Macs'} with an earlier expiry ${ahead === 1 ? 'is' : 'are'} ahead in the queue`;
  if (canary !== null && !over.overCanary && canary.used + ahead >= canary.limit)
    return {
      reason: 'canary',
      text: `the canary wave of ${canary.limit} is in progress; the next wave starts when the outcome of each Mac is known${queued}`,
      until: again(canary.limit),
    };
  if (hourly.freeAt !== null && !over.overHourlyCap)
    return {
      reason: 'hourly-cap',
      text: `rate limit reached: ${hourly.used} of ${hourly.cap} certificates requested in the last hour${queued}`,
      // The wait is limited, because Macs that are ahead may leave the queue.
      until: Math.min(Math.max(hourly.freeAt, now + 1), now + idleMs(watched.policy)),
    };
  return {
    reason: 'in-flight-cap',
    text: `concurrency limit reached: ${inFlight.used} of ${inFlight.cap} redistributions in progress${queued}`,
    until: again(inFlight.cap),
  };
}

/** The limits that a manual request overrides. */
export function overridesOf({ cause }: Context['record']): { overHourlyCap: boolean; overCanary: boolean } {
  if (cause.kind !== 'manual') return { overHourlyCap: false, overCanary: false };
  return { overHourlyCap: cause.overrides.hourlyCap, overCanary: cause.overrides.canary === true };
}

/** Returns the request for the number of attempts within `attemptsWithin`. */
export function needAttempts({ watched, now }: Context): Need {
  return { what: 'attempts', since: now - watched.policy.attemptsWithin };
}

function refuse(reason: BlockReason, text: string, until: number): Verdict {
  return { refusal: { reason, text, until } };
}
