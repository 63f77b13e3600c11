import type { RequestHandler } from 'express';
import type { Redis } from 'ioredis';
import type { Config } from '../config/schema.js';
import type { Producers } from '../queues/producers.js';
import { createAdmit } from '../store/admission.js';
import type { ComputerStore } from '../store/computers.js';
import { createHints } from '../store/hints.js';
import type { Key } from '../store/keys.js';
import type { Telemetry } from '../telemetry/bus.js';
import type { Check } from '../telemetry/health.js';
import { checkWebhooks } from './check.js';
import { createReception } from './admit.js';
import { createAttempts } from './attempts.js';
import { proxiesOf } from './authenticate/proxies.js';
import { createAuthenticator } from './authenticate.js';
import { createRefused } from './refused.js';
import { webhookHandler } from './route.js';
import { openSpool, type Spool } from './spool/spool.js';

/** The way in: what answers webhooks, and how to wait until everything taken is durable. */
export interface Webhooks {
  /** For `WEBHOOK_PATH`. */
  handler: RequestHandler<{ instance: string }>;
  /** Whether webhooks can be taken now, as `/readyz` tells it. */
  check: Check;
  idle(): Promise<void>;
}

/** Duplicates are looked for within this time where configuration asks for none: what is replayed may have been taken already. */
const REPLAY_DEDUPE_MS = 600_000;

/**
 * Builds the way in for every configured Jamf Pro server. `redis` is a connection for webhooks alone.
 *
 * @throws what opening the spool throws when one is configured.
 */
export async function createWebhooks({
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
}): Promise<Webhooks> {
  const settings = Object.entries(config.instances).map(([name, { webhooks }]) => [name, webhooks] as const);
  for (const [instance, { authentication }] of settings)
    if (authentication.type === 'none') telemetry.emit('webhook.unauthenticated', { instance });

  let spool: Spool | null = null;
  const reception = createReception({
    admit: createAdmit({
      redis,
      key,
      now,
      policies: perInstance(settings, ({ dedupe, keepEvents }) => ({
        dedupeMs: dedupe || (config.spool ? REPLAY_DEDUPE_MS : 0),
        keepEvents,
      })),
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
    dedupes: (instance) => (config.instances[instance]?.webhooks.dedupe ?? 0) > 0,
    spool: () => spool,
  });
  // Whatever is wrong with Redis, its answer to a write tells: a full one and a replica answer a ping.
  const askRedis = () => redis.set(key('ready'), now(), 'PX', 60_000);
  if (config.spool)
    spool = await openSpool({
      ...config.spool,
      isBack: () =>
        askRedis().then(
          () => true,
          () => false,
        ),
      replay: (batch) => reception.replay(batch),
      telemetry,
      now,
    });
  const isProxy = proxiesOf(config.http.trustProxy);
  const authenticators = new Map(
    settings.map(([name, webhooks]) => [name, createAuthenticator(webhooks, { isProxy, now })]),
  );
  const refused = createRefused({ authenticators, attempts: createAttempts(now), telemetry });
  return {
    handler: webhookHandler({
      authenticators,
      bodyLimit: config.http.bodyLimit,
      reception,
      refused,
      telemetry,
    }),
    check: checkWebhooks(askRedis, spool),
    async idle() {
      await reception.idle();
      await spool?.close();
    },
  };
}

type WebhookSettings = Config['instances'][string]['webhooks'];

function perInstance<T>(
  settings: readonly (readonly [string, WebhookSettings])[],
  read: (settings: WebhookSettings) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(settings.map(([name, one]) => [name, read(one)]));
}
