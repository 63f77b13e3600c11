import type { Delivery, DeliveryOutcome, Webhook, WebhookSettings } from '../webhook-model.js';

/** Webhook objects. Names are unique. */
export interface Webhooks {
  all(): readonly Webhook[];
  get(id: number): Webhook | undefined;
  byName(name: string): Webhook | undefined;
  /** @throws WorldError duplicate-name */
  create(settings: Partial<WebhookSettings> & { name: string; url: string; event: string }): Webhook;
  /** @throws WorldError not-found, duplicate-name */
  update(id: number, settings: Partial<WebhookSettings>): Webhook;
  /** @throws WorldError not-found */
  delete(id: number): void;
}

/** Results of webhook deliveries. */
export interface Deliveries {
  /** Counts since the start. `doubled` counts duplicates, `waiting` the deliveries that are not complete. */
  counts(): Record<DeliveryOutcome, number> & { doubled: number; waiting: number };
  /** Number of delivered webhooks by event name. */
  deliveredByEvent(): Record<string, number>;
  /** The most recent deliveries, newest last. */
  log(): readonly Delivery[];
  /** Resolves when no delivery is waiting or in progress. */
  idle(): Promise<void>;
}
