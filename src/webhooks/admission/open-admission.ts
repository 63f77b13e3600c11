import type { Redis } from 'ioredis';
import type { Config } from '../../config/schema.js';
import { profileIdsOf } from '../../config/sections/profile.js';
import { mostLikely } from '../../domain/mac-records.js';
import type { Producers } from '../../queues/producers.js';
import { createAdmit } from '../../store/admission/admission.js';
import type { Stores } from '../../store/open-stores.js';
import type { Key } from '../../store/redis/keys.js';
import { isConnectionLoss } from '../../store/redis/redis.js';
import type { Telemetry } from '../../telemetry/bus.js';
import { createWebhookAdmission, type WebhookAdmission } from './admission.js';
import type { Spool } from '../spool/spool.js';

/** Dependencies for creating the admission. */
export interface AdmissionOptions {
  config: Config;
  redis: Redis;
  key: Key;
  /** Collections in Redis, over the connection `redis`. */
  stores: Pick<Stores, 'computers' | 'hints' | 'profileHints'>;
  producers: Pick<Producers, 'wakeAssess'>;
  telemetry: Telemetry;
  now: () => number;
}

/**
 * Deduplication window with a spool when `dedupe` is 0, milliseconds. It is needed because a webhook from the spool may
 * already have been admitted.
 */
const REPLAY_DEDUPE_MS = 600_000;

/** Creates the admission of every configured Jamf Pro server, for webhooks and for replays from the event log. */
export function openAdmission(
  { config, redis, key, stores, producers, telemetry, now }: AdmissionOptions,
  spool: () => Spool | null = () => null,
): WebhookAdmission {
  const { instances } = config;
  const { computers, hints, profileHints } = stores;
  return createWebhookAdmission({
    admit: createAdmit({
      redis,
      key,
      now,
      policies: perInstance(config, ({ webhooks: { dedupe, keepEvents } }) => ({
        dedupeMs: dedupe || (config.spool ? REPLAY_DEDUPE_MS : 0),
        keepEvents,
      })),
    }),
    hints,
    profileHints,
    watches: (instance, profileId) =>
      Object.values(instances[instance]?.profiles ?? {}).some((profile) =>
        profileIdsOf(profile).includes(profileId),
      ),
    findComputerId: async (instance, { serialNumber, udid }) =>
      mostLikely(
        await computers.findByUdid(instance, udid),
        await computers.findBySerialNumber(instance, serialNumber),
      )?.id ?? null,
    wakeAssess: (instance, delayMs) => producers.wakeAssess(instance, delayMs),
    telemetry,
    now,
    waits: perInstance(config, ({ webhooks: { gather, addedDelay } }) => ({
      gatherMs: gather,
      addedDelayMs: addedDelay,
    })),
    isConnectionLoss,
    dedupes: (instance) => (instances[instance]?.webhooks.dedupe ?? 0) > 0,
    spool,
  });
}

function perInstance<T>(
  { instances }: Config,
  read: (settings: Config['instances'][string]) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(instances).map(([name, settings]) => [name, read(settings)]));
}
