import type { Descriptions } from '../description.js';

/** Operator events of the reception of webhooks. */
export interface WebhookEvents {
  /** The webhook was admitted. `event` is `unknown` for an event that Recert does not know. */
  'webhook.received': {
    instance: string;
    event: string;
    outcome: string;
    durationMs: number;
    /** Time from the event in Jamf Pro to the response; `null` when the webhook has no timestamp. */
    delayMs: number | null;
  };
  'webhook.unknown': { instance: string; said: string };
  /** `instance` is `unknown` when no Jamf Pro server of that name is configured. */
  'webhook.refused': { instance: string; status: number; why: string; source: string };
  /**
   * A webhook was rejected while the limit on failed authentication attempts is exceeded, for one source or for
   * all sources together. Such webhooks are counted, but not logged one by one.
   */
  'webhook.refused-again': { instance: string; status: number };
  'webhook.limited': { of: 'source' | 'all'; source: string };
  'webhook.aborted': { instance: string };
  'webhook.wake-failed': { instance: string; error: string };
  'webhook.unauthenticated': { instance: string };
}

const refusals = {
  type: 'counter' as const,
  name: 'recert_webhooks_refused_total',
  help: 'Number of rejected webhooks, by status.',
  labels: ({ instance, status }: { instance: string; status: number }) => ({
    server: instance,
    status: String(status),
  }),
};

/** Log messages and metrics for the operator events of received webhooks. */
export const webhookEvents: Descriptions<WebhookEvents> = {
  'webhook.received': {
    level: 'debug',
    say: ({ instance, event, outcome }) => `${instance}: ${event} ${outcome}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_webhooks_total',
        help: 'Number of admitted webhooks, by event and outcome.',
        labels: ({ instance, event, outcome }) => ({ server: instance, event, outcome }),
      },
      {
        type: 'histogram',
        name: 'recert_webhook_duration_seconds',
        help: 'Time from the headers of a webhook to the response, in seconds. Jamf Pro waits at most 2 seconds.',
        buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
        value: ({ durationMs }) => durationMs / 1_000,
      },
      {
        type: 'histogram',
        name: 'recert_webhook_delay_seconds',
        help: 'Time from the event in Jamf Pro to the response to its webhook, in seconds, as far as the clocks agree.',
        buckets: [0.5, 1, 2, 5, 15, 60, 300, 1_800],
        labels: ({ instance }) => ({ server: instance }),
        value: ({ delayMs }) => (delayMs === null ? null : Math.max(0, delayMs) / 1_000),
      },
    ],
  },
  'webhook.unknown': {
    level: 'info',
    say: ({ instance, said }) => `${instance}: unknown event, admitted and ignored: ${said}`,
  },
  'webhook.refused': {
    level: 'warn',
    say: ({ instance, status, why }) => `${instance}: webhook rejected with ${status}: ${why}`,
    metrics: [refusals],
  },
  'webhook.refused-again': {
    level: 'debug',
    say: ({ instance, status }) =>
      `${instance}: webhook rejected with ${status}, because the limit on failed authentication attempts is exceeded`,
    metrics: [refusals],
  },
  'webhook.limited': {
    level: 'warn',
    say: ({ of, source }) =>
      of === 'source'
        ? `too many failed authentication attempts from ${source}: further ones are rejected with 429 and not logged for one minute; authenticated webhooks from this address are still admitted`
        : 'too many failed authentication attempts from many addresses: further ones are not logged for one minute',
    metrics: [
      {
        type: 'counter',
        name: 'recert_webhooks_limited_total',
        help: 'Number of times that the limit on failed authentication attempts was exceeded, either for one source or for all sources together.',
        labels: ({ of }) => ({ limit: of }),
      },
    ],
  },
  'webhook.aborted': {
    level: 'info',
    say: ({ instance }) => `${instance}: the sender closed the connection before the body was complete`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_webhooks_aborted_total',
        help: 'Number of webhooks whose sender closed the connection before the body was complete.',
        labels: ({ instance }) => ({ server: instance }),
      },
    ],
  },
  'webhook.wake-failed': {
    level: 'warn',
    say: ({ instance, error }) =>
      `${instance}: the assess job could not be created; the next webhook or sweep creates it: ${error}`,
  },
  'webhook.unauthenticated': {
    level: 'warn',
    say: ({ instance }) =>
      `${instance}: WEBHOOKS ARE NOT AUTHENTICATED: anyone who can reach the port can send events. Set instances.${instance}.webhooks.authentication to another type.`,
  },
};
