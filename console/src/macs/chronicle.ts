import type { AuditEntry, EventSummary, RedistributionDetail, Transition } from '../api/answers.js';
import { sentenceOf } from '../parts/instants.js';
import { lookOf } from '../events/outcomes.js';
import { stateLook, type Tone } from '../parts/states.js';

/** What a line of the chronicle is about. */
export const KINDS = ['webhook', 'redistribution', 'call', 'person'] as const;
export type Kind = (typeof KINDS)[number];

/** One thing that happened to a Mac, or the same one several times in a row. */
export interface Happening {
  key: string;
  kind: Kind;
  /** When it happened last, epoch milliseconds. */
  at: number;
  tone: Tone;
  what: string;
  more: string;
  evidence: Transition['evidence'];
  href: string | null;
  times: number;
}

/** Everything that is known to have happened to a Mac, newest first; what repeats without anything between is one line. */
export function chronicleOf({
  events,
  redistributions,
  audit,
}: {
  events: readonly EventSummary[];
  redistributions: readonly RedistributionDetail[];
  audit: readonly AuditEntry[];
}): readonly Happening[] {
  const all = [
    ...events.map(ofEvent),
    ...redistributions.flatMap((one) => [...ofStates(one), ...ofAttempts(one)]),
    ...audit.map(ofPerson),
  ].sort((one, other) => other.at - one.at);
  const lines: Happening[] = [];
  for (const one of all) {
    const newer = lines.at(-1);
    if (newer && newer.kind === 'webhook' && newer.what === one.what && newer.more === one.more)
      lines[lines.length - 1] = { ...newer, times: newer.times + 1 };
    else lines.push(one);
  }
  return lines;
}

function ofEvent({ id, admittedAt, event, outcome, replayOf }: EventSummary): Happening {
  const { label, meaning, tone } = lookOf(outcome);
  return {
    key: `event ${id}`,
    kind: 'webhook',
    at: admittedAt,
    tone,
    times: 1,
    what: replayOf === null ? event : `${event}, replayed`,
    more: meaning || label,
    evidence: {},
    href: null,
  };
}

function ofStates({ id, profile, history, attemptList }: RedistributionDetail): Happening[] {
  // A blank push is a call, and told as one.
  const pushes = new Set(attemptList.flatMap(({ blankPushes }) => blankPushes));
  const told = history.filter(({ at, from, to }) => from !== to || !pushes.has(at));
  return told.map(({ at, to, why, evidence }, index) => ({
    key: `state ${id} ${index}`,
    kind: 'redistribution',
    at,
    tone: stateLook[to].tone,
    times: 1,
    what: `${profile}: ${stateLook[to].label.toLowerCase()}`,
    more: sentenceOf(why),
    evidence,
    href: `/redistributions/${id}`,
  }));
}

/** The calls to Jamf that an attempt was made of, as far as each has left a trace. */
function ofAttempts({ id, attemptList }: RedistributionDetail): Happening[] {
  return attemptList.flatMap(({ number, intentAt, triggeredAt, command, blankPushes, error }) => {
    const call = (at: number | null, what: string, more = '', tone: Tone = 'move'): Happening[] =>
      at === null
        ? []
        : [
            {
              key: `call ${id} ${number} ${what} ${at}`,
              kind: 'call',
              at,
              tone,
              what,
              more,
              href: `/redistributions/${id}`,
              times: 1,
              evidence: {},
            },
          ];
    return [
      ...call(intentAt, 'Write to Jamf decided', `Attempt ${number}.`),
      ...call(triggeredAt, 'Jamf has it', 'The group was read back with the change.'),
      ...call(
        command?.sentAt ?? null,
        'InstallProfile made by Jamf',
        command ? `Command ${command.uuid}.` : '',
      ),
      ...blankPushes.flatMap((at) => call(at, 'Blank push', 'To wake the Mac.')),
      ...call(
        command?.completedAt ?? null,
        command?.state === 'ACKNOWLEDGED' ? 'The Mac took the profile' : 'The Mac answered with an error',
        error,
        command?.state === 'ACKNOWLEDGED' ? 'good' : 'bad',
      ),
    ];
  });
}

function ofPerson({ id, at, who, action, reason, outcome, result }: AuditEntry): Happening {
  return {
    key: `audit ${id}`,
    kind: 'person',
    at,
    times: 1,
    evidence: {},
    href: `/audit?text=${encodeURIComponent(reason || who)}`,
    tone: outcome === 'done' ? 'held' : 'late',
    what: `${who}: ${action.replaceAll('-', ' ')}${outcome === 'done' ? '' : `, ${outcome}`}`,
    more: [reason, result].filter(Boolean).join(' – '),
  };
}
