import type { AuditEntry, EventSummary, RedistributionDetail, Transition } from '../api/answers.js';
import { sentenceOf } from '../components/time/instants.js';
import { actionLabel, outcomeLook } from '../audit/looks.js';
import { lookOf } from '../events/outcomes.js';
import { stateLook, type Tone } from '../components/status/states.js';

/** Types of activity that the filter offers. */
export const KINDS = ['webhook', 'redistribution', 'call', 'person'] as const;
export type Kind = (typeof KINDS)[number];

/** An entry of the list of activity: one event, or several identical events in a row (their number is `times`). */
export interface Happening {
  key: string;
  kind: Kind;
  /** Time of the event, or of the latest of several events, epoch milliseconds. */
  at: number;
  tone: Tone;
  what: string;
  more: string;
  evidence: Transition['evidence'];
  href: string | null;
  times: number;
}

/**
 * Combines webhooks, redistributions and audit log entries of a Mac into one list, newest first. Identical
 * webhooks in a row become one entry.
 */
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
    ...audit.map(ofAudit),
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
  // A blank push is listed as a Jamf Pro call, not as a change of state.
  const pushes = new Set(attemptList.flatMap(({ blankPushes }) => blankPushes));
  const changes = history.filter(({ at, from, to }) => from !== to || !pushes.has(at));
  return changes.map(({ at, to, why, evidence }, index) => ({
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

/** Returns the Jamf Pro calls of each attempt. A call whose time is unknown is omitted. */
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
      ...call(intentAt, 'Group change requested', `Attempt ${number}.`),
      ...call(triggeredAt, 'Group change confirmed', 'Reading the group from Jamf Pro showed the change.'),
      ...call(
        command?.sentAt ?? null,
        'InstallProfile command created',
        command ? `Command ${command.uuid}.` : '',
      ),
      ...blankPushes.flatMap((at) =>
        call(at, 'Blank push', 'A push notification without a command was sent to wake the Mac.'),
      ),
      ...call(
        command?.completedAt ?? null,
        command?.state === 'ACKNOWLEDGED' ? 'Profile installed' : 'Profile installation failed',
        error,
        command?.state === 'ACKNOWLEDGED' ? 'good' : 'bad',
      ),
    ];
  });
}

function ofAudit({ id, at, who, action, reason, outcome, result }: AuditEntry): Happening {
  return {
    key: `audit ${id}`,
    kind: 'person',
    at,
    times: 1,
    evidence: {},
    href: `/audit?text=${encodeURIComponent(reason || who)}`,
    tone: outcome === 'done' ? 'held' : 'late',
    what: `${who}: ${actionLabel[action].toLowerCase()}${outcome === 'done' ? '' : `, ${outcomeLook[outcome].label.toLowerCase()}`}`,
    more: [reason, result].filter(Boolean).join(' – '),
  };
}
