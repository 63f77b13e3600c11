import type { Descriptions } from '../description.js';

/** What happens in this room, told to operators. */
export interface WebhookEvents {
  'webhook.received': { instance: string; event: string; outcome: string; durationMs: number };
}

export const webhookEvents: Descriptions<WebhookEvents> = {
  'webhook.received': {
    level: 'debug',
    say: ({ instance, event, outcome }) => `${instance}: ${event} ${outcome}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_webhooks_total',
        help: 'Webhooks answered, by event and outcome.',
        labels: ({ instance, event, outcome }) => ({ instance, event, outcome }),
      },
    ],
  },
};
