import type { Descriptions } from '../description.js';

/** What happens in this room, told to operators. */
export interface WebhookEvents {
  /** Admitted. `event` is `unknown` for one that no documentation names. */
  'webhook.received': { instance: string; event: string; outcome: string; durationMs: number };
  'webhook.unknown': { instance: string; said: string };
  /** `instance` is `unknown` when no such Jamf Pro server is configured. */
  'webhook.refused': { instance: string; status: number; why: string; source: string };
  /** Of a source, or of all sources together, that fail so often that they are only counted. */
  'webhook.refused-again': { instance: string; status: number };
  'webhook.limited': { of: 'source' | 'all'; source: string };
  'webhook.aborted': { instance: string };
  'webhook.wake-failed': { instance: string; error: string };
  'webhook.unauthenticated': { instance: string };
}

const refusals = {
  type: 'counter' as const,
  name: 'recert_webhooks_refused_total',
  help: 'Webhooks refused, by the status they were answered with.',
  labels: ({ instance, status }: { instance: string; status: number }) => ({
    instance,
    status: String(status),
  }),
};

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
    metrics: [refusals],
  },
  'webhook.refused-again': {
    level: 'debug',
    say: ({ instance, status }) => `${instance}: webhook refused with ${status}, as many before`,
    metrics: [refusals],
  },
  'webhook.limited': {
    level: 'warn',
    say: ({ of, source }) =>
      of === 'source'
        ? `${source} fails so often to prove that it is Jamf Pro that it is answered with 429 for a minute and only counted; with the right secret it is admitted all the same`
        : 'so many webhooks from so many addresses fail to prove that they come from Jamf Pro that they are only counted for a minute',
    metrics: [
      {
        type: 'counter',
        name: 'recert_webhooks_limited_total',
        help: 'How often failed attempts became so many that they are only counted: of one source, or of all together.',
        labels: ({ of }) => ({ what: of }),
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
