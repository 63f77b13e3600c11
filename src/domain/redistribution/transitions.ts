import type { Attempt, Redistribution, State, Transition } from './record.js';

/** One way out of a state, and when it is taken. */
export interface Way {
  to: State;
  when: string;
}

const ENDED: Way = {
  to: 'cancelled',
  when: 'stopped by a person, enrolled again, out of scope, or deleted in Jamf',
};
const RENEWED: Way = { to: 'verified', when: 'renewed by Jamf or by somebody else' };
const GIVEN_UP: Way = { to: 'needs-human', when: 'no attempt left' };

/** Every transition there is: a move that is not here throws, and the diagram in the documentation is made from it. */
export const TRANSITIONS: Readonly<Record<State, readonly Way[]>> = {
  due: [{ to: 'eligible', when: "grace of Jamf's own setting over, or a person asks" }, RENEWED, ENDED],
  eligible: [
    {
      to: 'triggered',
      when: 'membership read back shows the write, failed commands are flushed, or an InstallProfile is under way',
    },
    { to: 'excluded', when: 'cycle: membership read back shows it in the exclusion group' },
    { to: 'blocked', when: 'a rail says no' },
    RENEWED,
    ENDED,
  ],
  blocked: [
    { to: 'eligible', when: 'every rail says yes' },
    { to: 'blocked', when: 'another reason' },
    { to: 'pushed', when: 'seen again, or the command was answered' },
    { to: 'triggered', when: 'flushed while it was away, and seen again' },
    RENEWED,
    ENDED,
  ],
  excluded: [{ to: 'including', when: 'profile gone, lease over, breaker open, or a reason to end' }],
  including: [{ to: 'triggered', when: 'membership read back shows it out of the exclusion group' }],
  triggered: [
    { to: 'pushed', when: 'InstallProfile appears' },
    { to: 'retry', when: 'no InstallProfile in time' },
    { to: 'blocked', when: 'flushed, and not heard of since: it is offline' },
    GIVEN_UP,
    ENDED,
  ],
  pushed: [
    { to: 'verifying', when: 'acknowledged' },
    { to: 'retry', when: 'error, or the command is gone' },
    { to: 'blocked', when: 'not taken in time, so it is offline' },
    GIVEN_UP,
    ENDED,
  ],
  verifying: [
    { to: 'verified', when: 'inventory shows a new serial number with a later expiry' },
    { to: 'retry', when: 'not proven in time' },
    GIVEN_UP,
    ENDED,
  ],
  retry: [
    { to: 'eligible', when: 'back-off over' },
    { to: 'verified', when: 'proven late, or renewed by somebody else' },
    ENDED,
  ],
  verified: [],
  'needs-human': [],
  cancelled: [],
};

/** Entries kept of a long history: the first tell how it began, the last where it stands. */
const KEPT_FIRST = 10;
const KEPT_LAST = 50;

/**
 * The record in its next state, with the reason and the evidence in its history.
 *
 * @throws RangeError when there is no such transition: a mistake of ours, never of the outside.
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
    trouble: null,
    ...changes,
    state: to,
    since: at,
    history: append(record.history, { at, from: record.state, to, why, evidence }),
  };
}

/** The record in the same state, with a line in its history for something done or seen on the way. */
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

/** The record with changes to its last attempt. */
export function withAttempt(record: Redistribution, changes: Partial<Attempt>): Redistribution {
  const last = record.attempts.at(-1);
  if (last === undefined) return record;
  return { ...record, attempts: [...record.attempts.slice(0, -1), { ...last, ...changes }] };
}
