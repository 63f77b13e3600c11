import type { Descriptions } from '../description.js';

/** Incidents and the messages about them, told to operators. `channel` is a name of the configuration. */
export interface NotifyEvents {
  'incident.opened': { key: string; what: string; severity: string; instance: string | null; title: string };
  'incident.recovered': {
    key: string;
    what: string;
    severity: string;
    instance: string | null;
    title: string;
  };
  'incident.unread': { error: string };
  /** Redis had lost them, a process remembered. */
  'incident.restored': { count: number };
  'notify.sent': { channel: string; incident: string; phase: string; durationMs: number };
  'notify.failed': { channel: string; incident: string; phase: string; attempt: number; error: string };
  /** Tried for days: it is not tried again. */
  'notify.givenUp': { channel: string; incident: string; phase: string; error: string };
  /** The watchman outside does not hear us. */
  'heartbeat.failed': { error: string };
}

const incidents = (state: string) => ({
  type: 'counter' as const,
  name: 'recert_incidents_total',
  help: 'Incidents by kind and by what became of them.',
  labels: ({ what, instance }: { what: string; instance: string | null }) => ({
    what,
    instance: instance ?? '',
    state,
  }),
});

const messages = (outcome: string) => ({
  type: 'counter' as const,
  name: 'recert_notifications_total',
  help: 'Attempts to send a message about an incident, by channel and outcome.',
  labels: ({ channel }: { channel: string }) => ({ channel, outcome }),
});

export const notifyEvents: Descriptions<NotifyEvents> = {
  'incident.opened': {
    level: 'warn',
    say: ({ severity, title }) => `incident (${severity}): ${title}`,
    metrics: [incidents('opened')],
  },
  'incident.recovered': {
    level: 'info',
    say: ({ title }) => `recovered: ${title}`,
    metrics: [incidents('recovered')],
  },
  'incident.unread': {
    level: 'error',
    say: ({ error }) =>
      `the present state could not be looked at for incidents, the next look follows: ${error}`,
  },
  'incident.restored': {
    level: 'warn',
    say: ({ count }) => `Redis had lost what was told of ${count} incidents: it is put back from memory`,
  },
  'notify.sent': {
    level: 'info',
    say: ({ channel, incident, phase, durationMs }) =>
      `${channel} was told of ${incident} (${phase}) in ${durationMs.toFixed(0)} ms`,
    metrics: [messages('sent')],
  },
  'notify.failed': {
    level: 'warn',
    say: ({ channel, incident, phase, attempt, error }) =>
      `${channel} did not take ${incident} (${phase}) at attempt ${attempt}, it is tried again: ${error}`,
    metrics: [messages('failed')],
  },
  'notify.givenUp': {
    level: 'error',
    say: ({ channel, incident, phase, error }) =>
      `${channel} WAS NOT TOLD of ${incident} (${phase}): ${error}. recert notify test says whether it can be.`,
    metrics: [messages('given-up')],
  },
  'heartbeat.failed': {
    level: 'warn',
    say: ({ error }) => `the heartbeat was not taken, it is tried at every look: ${error}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_heartbeat_failures_total',
        help: 'Times that the heartbeat began to fail.',
      },
    ],
  },
};
