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

/** What became of the webhooks sent. */
export interface Deliveries {
  /** Counts since the start; `doubled` counts the second copies, `waiting` what is not done yet. */
  counts(): Record<DeliveryOutcome, number> & { doubled: number; waiting: number };
  /** Delivered ones by event name. */
  deliveredByEvent(): Record<string, number>;
  /** The last deliveries, newest last. */
  log(): readonly Delivery[];
  /** Resolves when nothing waits or is under way. */
  idle(): Promise<void>;
}
