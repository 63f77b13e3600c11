import type { RequestHandler } from 'express';
import type { Redis } from 'ioredis';
import type { Config } from '../config/schema.js';
import type { Producers } from '../queues/producers.js';
import { createAdmit } from '../store/admission.js';
import type { ComputerStore } from '../store/computers.js';
import { createHints } from '../store/hints.js';
import type { Key } from '../store/keys.js';
import type { Telemetry } from '../telemetry/bus.js';
import { createReception } from './admit.js';
import { createAuthenticator } from './authenticate.js';
import { webhookHandler } from './route.js';

/** The way in: what answers webhooks, and how to wait until everything taken is durable. */
export interface Webhooks {
  /** For `WEBHOOK_PATH`. */
  handler: RequestHandler<{ instance: string }>;
  idle(): Promise<void>;
}

/** Builds the way in for every configured Jamf Pro server. `redis` is a connection for webhooks alone. */
export function createWebhooks({
  config,
  redis,
  key,
  computers,
  producers,
  telemetry,
  now,
}: {
  config: Config;
  redis: Redis;
  key: Key;
  computers: Pick<ComputerStore, 'findBySerialNumber'>;
  producers: Pick<Producers, 'wakeAssess'>;
  telemetry: Telemetry;
  now: () => number;
}): Webhooks {
  const settings = Object.entries(config.instances).map(([name, { webhooks }]) => [name, webhooks] as const);
  for (const [instance, { authentication }] of settings)
    if (authentication.type === 'none') telemetry.emit('webhook.unauthenticated', { instance });

  const reception = createReception({
    admit: createAdmit({
      redis,
      key,
      now,
      policies: perInstance(settings, ({ dedupe, keepEvents }) => ({ dedupeMs: dedupe, keepEvents })),
    }),
    hints: createHints({ redis, key, now }),
    findComputerId: async (instance, { serialNumber }) =>
      serialNumber ? ((await computers.findBySerialNumber(instance, serialNumber))?.id ?? null) : null,
    wakeAssess: (instance, delayMs) => producers.wakeAssess(instance, delayMs),
    telemetry,
    now,
    waits: perInstance(settings, ({ gather, addedDelay }) => ({
      gatherMs: gather,
      addedDelayMs: addedDelay,
    })),
  });
  const authenticators = new Map(
    settings.map(([name, { authentication }]) => [name, createAuthenticator(authentication)]),
  );
  return {
    handler: webhookHandler({ authenticators, bodyLimit: config.http.bodyLimit, reception, telemetry }),
    idle: () => reception.idle(),
  };
}

type WebhookSettings = Config['instances'][string]['webhooks'];

function perInstance<T>(
  settings: readonly (readonly [string, WebhookSettings])[],
  read: (settings: WebhookSettings) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(settings.map(([name, one]) => [name, read(one)]));
}
