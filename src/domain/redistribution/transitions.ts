import type { Attempt, Redistribution, State, Transition } from './record.js';

/** A transition out of a state, with its condition. */
export interface TransitionRule {
  to: State;
  when: string;
}

const ENDED: TransitionRule = {
  to: 'cancelled',
  when: 'canceled by a person, re-enrolled, out of scope, or deleted from Jamf Pro',
};
const RENEWED: TransitionRule = { to: 'verified', when: 'renewed by Jamf Pro or by someone else' };
const GIVEN_UP: TransitionRule = { to: 'needs-human', when: 'no attempts left' };
const NATIVE_FAILED: TransitionRule = {
  to: 'needs-human',
  when: "Jamf Pro's own setting did not renew the certificate in time, and no other mechanism is possible",
};

/**
 * All allowed transitions. `move` throws for any other transition. The diagram in docs/redistribution.md is
 * generated from this table.
 */
export const TRANSITIONS: Readonly<Record<State, readonly TransitionRule[]>> = {
  due: [
    { to: 'eligible', when: "grace period of Jamf Pro's own setting ended, or requested manually" },
    { to: 'blocked', when: 'subject too long for every mechanism' },
    RENEWED,
    ENDED,
  ],
  eligible: [
    {
      to: 'triggered',
      when: 'group change confirmed, failed commands cleared, or InstallProfile already pending',
    },
    { to: 'excluded', when: 'cycle: membership in the exclusion group confirmed' },
    { to: 'blocked', when: 'a precondition is not met' },
    NATIVE_FAILED,
    RENEWED,
    ENDED,
  ],
  blocked: [
    { to: 'eligible', when: 'all checks passed' },
    { to: 'blocked', when: 'another reason' },
    { to: 'due', when: 'subject fits again within the grace period' },
    { to: 'pushed', when: 'Mac checked in, or command answered' },
    { to: 'triggered', when: 'Mac checked in after its failed commands were cleared' },
    NATIVE_FAILED,
    RENEWED,
    ENDED,
  ],
  excluded: [
    {
      to: 'including',
      when: 'profile removed, lease expired, circuit breaker open, or redistribution ending',
    },
  ],
  including: [{ to: 'triggered', when: 'removal from the exclusion group confirmed' }],
  triggered: [
    { to: 'pushed', when: 'InstallProfile appears' },
    { to: 'verifying', when: 'InstallProfile not listed in time, and the server may not list it' },
    { to: 'retry', when: 'no InstallProfile command in time' },
    { to: 'blocked', when: 'failed commands cleared, but Mac has not checked in since' },
    GIVEN_UP,
    ENDED,
  ],
  pushed: [
    { to: 'verifying', when: 'acknowledged, or command no longer listed' },
    { to: 'retry', when: 'error' },
    { to: 'blocked', when: 'command not picked up in time, so Mac is offline' },
    GIVEN_UP,
    ENDED,
  ],
  verifying: [
    { to: 'verified', when: 'inventory or declarative status shows a new serial number with a later expiry' },
    { to: 'pushed', when: 'InstallProfile listed after all' },
    { to: 'retry', when: 'not verified in time' },
    GIVEN_UP,
    ENDED,
  ],
  retry: [
    { to: 'eligible', when: 'retry delay ended' },
    { to: 'verified', when: 'verified late, or renewed by someone else' },
    ENDED,
  ],
  verified: [],
  'needs-human': [
    {
      to: 'eligible',
      when: 'failure of the setting: failed commands can be cleared, or the configuration changed',
    },
    RENEWED,
    ENDED,
  ],
  cancelled: [],
};

/**
 * Numbers of entries that are kept of a long history. The first entries show how the redistribution began, and the last entries show its
 * current situation.
 */
const KEPT_FIRST = 10;
const KEPT_LAST = 50;

/**
 * Returns the record in its next state, with reason and evidence added to the history.
 * @throws RangeError when the transition is not in `TRANSITIONS`, which is a programming error.
 */
export function move(
  record: Redistribution,
  to: State,
  { at, why, evidence = {} }: { at: number; why: string; evidence?: Transition['evidence'] },
  changes: Partial<Redistribution> = {},
): Redistribution {
  if (!TRANSITIONS[record.state].some((way) => way.to === to))
    throw new RangeError(`no transition from ${record.state} to ${to} (${why})`);
  return {
    ...record,
    blocked: null,
    nativeFailure: null,
    trouble: null,
    ...changes,
    state: to,
    since: at,
    history: append(record.history, { at, from: record.state, to, why, evidence }),
  };
}

/** Returns the record in the same state, with an entry added to the history. */
export function note(
  record: Redistribution,
  { at, why, evidence = {} }: { at: number; why: string; evidence?: Transition['evidence'] },
  changes: Partial<Redistribution> = {},
): Redistribution {
  const { state } = record;
  return {
    ...record,
    trouble: null,
    ...changes,
    history: append(record.history, { at, from: state, to: state, why, evidence }),
  };
}

function append(history: readonly Transition[], entry: Transition): Transition[] {
  const all = [...history, entry];
  return all.length > KEPT_FIRST + KEPT_LAST ? [...all.slice(0, KEPT_FIRST), ...all.slice(-KEPT_LAST)] : all;
}

/** Returns the record with changes applied to its last attempt. */
export function withAttempt(record: Redistribution, changes: Partial<Attempt>): Redistribution {
  const last = record.attempts.at(-1);
  if (last === undefined) return record;
  return { ...record, attempts: record.attempts.with(-1, { ...last, ...changes }) };
}
