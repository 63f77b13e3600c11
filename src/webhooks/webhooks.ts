import { setTimeout as wait } from 'node:timers/promises';
import type { RequestHandler } from 'express';
import type { Check } from '../telemetry/health.js';
import { checkWebhooks } from './readiness.js';
import { createFailedAttempts } from './http/failed-attempts.js';
import { proxiesOf } from './authenticate/proxies.js';
import { createAuthenticator } from './authenticate/authenticate.js';
import { openAdmission, type AdmissionOptions } from './admission/open-admission.js';
import { createRefusalLog } from './http/log-refusal.js';
import { webhookHandler } from './http/route.js';
import { openSpool, type Spool } from './spool/spool.js';

/** Everything that receives webhooks: the request handler, the readiness check, and the graceful shutdown. */
export interface Webhooks {
  /** Request handler for `WEBHOOK_PATH`. */
  handler: RequestHandler<{ instance: string }>;
  /** Readiness check for `/readyz`: whether webhooks can be accepted now. */
  check: Check;
  /** Whether Redis accepts writes now, regardless of the spool. */
  redisTakes(): Promise<boolean>;
  /**
   * Resolves when Redis accepts writes, and at the latest after `limitMs`. A receiver that listened before that would
   * reject or spool the webhooks that arrive while it connects to Redis.
   */
  redisReady(limitMs: number): Promise<void>;
  idle(): Promise<void>;
}

/** Interval of the checks whether Redis accepts writes, milliseconds. */
const READY_POLL_MS = 20;

/**
 * Creates the handling of webhooks for every configured Jamf Pro server. `redis` must be a connection that only
 * webhooks use.
 * @throws the error of `openSpool` when a spool is configured and cannot be opened.
 */
export async function createWebhooks(options: AdmissionOptions): Promise<Webhooks> {
  const { config, redis, key, telemetry, now } = options;
  const settings = Object.entries(config.instances).map(([name, { webhooks }]) => [name, webhooks] as const);
  for (const [instance, { authentication }] of settings)
    if (authentication.type === 'none') telemetry.emit('webhook.unauthenticated', { instance });

  let spool: Spool | null = null;
  const reception = openAdmission(options, () => spool);
  // Redis is checked with a write instead of a ping, because a full Redis and a read-only replica still respond to a
  // ping.
  const askRedis = () => redis.set(key('ready'), now(), 'PX', 60_000);
  const redisTakes = () =>
    askRedis().then(
      () => true,
      () => false,
    );
  if (config.spool)
    spool = await openSpool({
      ...config.spool,
      isBack: redisTakes,
      replay: (batch) => reception.drainSpool(batch),
      telemetry,
      now,
    });
  const isProxy = proxiesOf(config.http.trustProxy);
  const authenticators = new Map(
    settings.map(([name, webhooks]) => [name, createAuthenticator(webhooks, { isProxy, now })]),
  );
  const refused = createRefusalLog({ authenticators, attempts: createFailedAttempts(now), telemetry });
  return {
    handler: webhookHandler({
      authenticators,
      bodyLimit: config.http.bodyLimit,
      reception,
      refused,
      telemetry,
      now,
    }),
    check: checkWebhooks(askRedis, spool),
    redisTakes,
    redisReady: (limitMs) => untilReady(redisTakes, limitMs),
    async idle() {
      await reception.idle();
      await spool?.close();
    },
  };
}

async function untilReady(isReady: () => Promise<boolean>, limitMs: number): Promise<void> {
  const limit = new AbortController();
  const { signal } = limit;
  const timedOut = wait(limitMs, undefined, { signal }).catch(() => undefined);
  const ready = (async () => {
    while (!signal.aborted && !(await isReady())) await wait(READY_POLL_MS);
  })();
  await Promise.race([ready, timedOut]).finally(() => limit.abort());
}
