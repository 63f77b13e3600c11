import type { Descriptions } from '../description.js';

/** What happens in this room, told to operators. */
export interface WebhookEvents {
  /** Admitted. `event` is `unknown` for one that no documentation names. */
  'webhook.received': { instance: string; event: string; outcome: string; durationMs: number };
  'webhook.unknown': { instance: string; said: string };
  /** `instance` is `unknown` when no such Jamf Pro server is configured. */
  'webhook.refused': { instance: string; status: number; why: string; source: string };
  'webhook.aborted': { instance: string };
  'webhook.wake-failed': { instance: string; error: string };
  'webhook.unauthenticated': { instance: string };
}

export const webhookEvents: Descriptions<WebhookEvents> = {
  'webhook.received': {
    level: 'debug',
    say: ({ instance, event, outcome }) => `${instance}: ${event} ${outcome}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_webhooks_total',
        help: 'Webhooks admitted, by event and outcome.',
        labels: ({ instance, event, outcome }) => ({ instance, event, outcome }),
      },
      {
        type: 'histogram',
        name: 'recert_webhook_seconds',
        help: 'From the headers of a webhook to its answer. Jamf Pro waits 2 seconds.',
        buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
        value: ({ durationMs }) => durationMs / 1_000,
      },
    ],
  },
  'webhook.unknown': {
    level: 'info',
    say: ({ instance, said }) =>
      `${instance}: an event that Recert does not know, admitted and ignored: ${said}`,
  },
  'webhook.refused': {
    level: 'warn',
    say: ({ instance, status, why }) => `${instance}: webhook refused with ${status}: ${why}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_webhooks_refused_total',
        help: 'Webhooks refused, by the status they were answered with.',
        labels: ({ instance, status }) => ({ instance, status: String(status) }),
      },
    ],
  },
  'webhook.aborted': {
    level: 'info',
    say: ({ instance }) => `${instance}: the sender went away before the body was complete`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_webhooks_aborted_total',
        help: 'Webhooks whose sender went away before the body was complete.',
        labels: ({ instance }) => ({ instance }),
      },
    ],
  },
  'webhook.wake-failed': {
    level: 'warn',
    say: ({ instance, error }) =>
      `${instance}: the assess worker was not woken, the next webhook or sweep does it: ${error}`,
  },
  'webhook.unauthenticated': {
    level: 'warn',
    say: ({ instance }) =>
      `${instance}: WEBHOOKS ARE NOT AUTHENTICATED: anybody who reaches the port can send events. Set instances.${instance}.webhooks.authentication to header or basic.`,
  },
};
