import type { Redis } from 'ioredis';
import { sameSerialNumber } from '../../domain/certificate.js';
import { NATIVE_OUTCOMES, type NativeOutcome } from '../../domain/redistribution/evidence/credit.js';
import type { Key } from '../redis/keys.js';
import { nativeField, redistributionKeys } from './keys.js';

/**
 * Number of renewals for each outcome: renewed by the Redistribute Profile setting of Jamf Pro, failed, or renewed by
 * other means.
 */
export type JamfRenewalCounts = Readonly<Record<NativeOutcome, number>>;

/**
 * Counts per day (UTC) how many certificates the Redistribute Profile setting of Jamf Pro renewed, how many it failed
 * to renew, and how many something else renewed.
 */
export interface JamfRenewalStore {
  /**
   * Returns whether the calling worker must count and report the renewal with this certificate. The result is `true`
   * only for the first call with the same Mac and serial number, so several workers count a renewal once.
   */
  claim(instance: string, profile: string, computerId: string, serialNumber: string): Promise<boolean>;
  /** Counts the outcome `renewed` or `other`. The script that stores a redistribution counts `failed`. */
  count(instance: string, profile: string, outcome: NativeOutcome, at: number): Promise<void>;
  /** Returns the total counts of the days since `at` (epoch milliseconds), including the day of `at`. */
  since(instance: string, profile: string, at: number): Promise<JamfRenewalCounts>;
}

const DAY_MS = 86_400_000;
const KEPT_MS = 400 * DAY_MS;
/**
 * Time for which a claim is kept, milliseconds. It is longer than a job may be suspended between reading a Mac and
 * reporting its renewal.
 */
const CLAIMED_MS = DAY_MS;

/** Creates the store in Redis: one hash per watched profile, with a field for each outcome and day. */
export function createJamfRenewalStore({ redis, key }: { redis: Redis; key: Key }): JamfRenewalStore {
  const hash = (instance: string, profile: string) => redistributionKeys(key, instance).natives(profile);
  return {
    async claim(instance, profile, computerId, serialNumber) {
      const name = redistributionKeys(key, instance).credited(profile, computerId);
      const before = await redis.set(name, serialNumber, 'PX', CLAIMED_MS, 'GET');
      return before === null || !sameSerialNumber(before, serialNumber);
    },

    async count(instance, profile, outcome, at) {
      const name = hash(instance, profile);
      // The first count of a day deletes the counts of expired days.
      if ((await redis.hincrby(name, nativeField(outcome, at), 1)) > 1) return;
      const oldest = dayOf(at - KEPT_MS);
      const old = (await redis.hkeys(name)).filter((field) => (field.split(':')[1] ?? '') < oldest);
      if (old.length > 0) await redis.hdel(name, ...old);
    },

    async since(instance, profile, at) {
      const counts = await redis.hgetall(hash(instance, profile));
      const least = dayOf(at);
      const sum = (outcome: NativeOutcome) =>
        Object.entries(counts).reduce((total, [field, count]) => {
          const [what, day = ''] = field.split(':');
          return what === outcome && day >= least ? total + Number(count) : total;
        }, 0);
      return Object.fromEntries(
        NATIVE_OUTCOMES.map((outcome) => [outcome, sum(outcome)]),
      ) as JamfRenewalCounts;
    },
  };
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
