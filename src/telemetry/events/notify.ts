import type { Descriptions } from '../description.js';

/**
 * Operator events of incidents and notifications. `channel` is the name of the notification channel in the
 * configuration.
 */
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
  /** Redis had lost the records of open incidents; they were restored from the memory of this process. */
  'incident.restored': { count: number };
  'notify.sent': { channel: string; incident: string; phase: string; durationMs: number };
  'notify.failed': { channel: string; incident: string; phase: string; attempt: number; error: string };
  /** All attempts to deliver the notification failed. It is not sent again. */
  'notify.givenUp': { channel: string; incident: string; phase: string; error: string };
  /** The request to the external monitoring service (dead-man switch) failed. */
  'heartbeat.failed': { error: string };
}

const incidents = (state: string) => ({
  type: 'counter' as const,
  name: 'recert_incidents_total',
  help: 'Number of incidents, by kind and state.',
  labels: ({ what, instance }: { what: string; instance: string | null }) => ({
    kind: what,
    server: instance ?? '',
    state,
  }),
});

const messages = (outcome: string) => ({
  type: 'counter' as const,
  name: 'recert_notifications_total',
  help: 'Number of attempts to deliver a notification, by channel and outcome.',
  labels: ({ channel }: { channel: string }) => ({ channel, outcome }),
});

/** Log messages and metrics for the operator events of incidents and notifications. */
export const notifyEvents: Descriptions<NotifyEvents> = {
  'incident.opened': {
    level: 'warn',
    say: ({ severity, title }) => `incident (${severity}): ${title}`,
    metrics: [incidents('opened')],
  },
  'incident.recovered': {
    level: 'info',
    say: ({ title }) => `resolved: ${title}`,
    metrics: [incidents('recovered')],
  },
  'incident.unread': {
    level: 'error',
    say: ({ error }) => `the check for incidents failed and will be repeated: ${error}`,
  },
  'incident.restored': {
    level: 'warn',
    say: ({ count }) =>
      `Redis had lost the notification records of ${count} incidents; they were restored from memory`,
  },
  'notify.sent': {
    level: 'info',
    say: ({ channel, incident, phase, durationMs }) =>
      `sent notification about ${incident} (${phase}) to ${channel} in ${durationMs.toFixed(0)} ms`,
    metrics: [messages('sent')],
  },
  'notify.failed': {
    level: 'warn',
    say: ({ channel, incident, phase, attempt, error }) =>
      `attempt ${attempt} to notify ${channel} about ${incident} (${phase}) failed and will be retried: ${error}`,
    metrics: [messages('failed')],
  },
  'notify.givenUp': {
    level: 'error',
    say: ({ channel, incident, phase, error }) =>
      `NOTIFICATION FAILED: ${channel} was not notified about ${incident} (${phase}): ${error}. Run recert notify test to check the channel.`,
    metrics: [messages('given-up')],
  },
  'heartbeat.failed': {
    level: 'warn',
    say: ({ error }) => `the heartbeat request failed and will be repeated after the next check: ${error}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_heartbeat_failures_total',
        help: 'Number of times that the heartbeat changed from working to failing.',
      },
    ],
  },
};
