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
  /**
   * Returns the counts since the simulation started. `doubled` counts duplicates, `waiting` the deliveries that
   * are not complete.
   */
  counts(): Record<DeliveryOutcome, number> & { doubled: number; waiting: number };
  /** Returns the number of delivered webhooks by the name of the event. */
  deliveredByEvent(): Record<string, number>;
  /** Returns the most recent deliveries, newest last. */
  log(): readonly Delivery[];
  /** Resolves when no delivery is waiting or in progress. */
  idle(): Promise<void>;
}
