import type { Redis } from 'ioredis';
import { z } from 'zod';
import {
  type Breaker,
  type FleetCount,
  judgeFleet,
  judgedResults,
  judgeResults,
  type Result,
} from '../../domain/redistribution/safety-limits/circuit-breaker.js';
import type { CommandListing } from '../../domain/redistribution/evidence/listing.js';
import {
  type StatusKnowledge,
  type StatusNote,
  WHY_UNREPORTED,
} from '../../domain/redistribution/evidence/status.js';
import type { Hold } from '../../domain/redistribution/evidence/evidence.js';
import {
  type SafetyLimitPolicy,
  holdOf,
  HOLDS,
  type SafetyLimitState,
  waveLimits,
} from '../../domain/redistribution/safety-limits/policy.js';
import type { Telemetry } from '../../telemetry/bus.js';
import { type ReportUnreadable, storedFormat } from '../../json/stored.js';
import type { Key } from '../redis/keys.js';
import { unreported } from '../redis/unreadable.js';
import { redistributionKeys } from '../redistributions/keys.js';
import { resultFormat } from './results.js';

/** Dependencies of the safety limits. The process that opens the circuit breaker emits the operator event. */
export interface SafetyLimitOptions {
  redis: Redis;
  key: Key;
  telemetry: Pick<Telemetry, 'emit'>;
  report?: ReportUnreadable;
}

/** The settings and the CA of renewals. A change of either may make renewals fail, so it restarts the canary. */
export interface Risk {
  settings: string;
  /** When the certificates of the CA expire. */
  ca: string | null;
  /** Key identifiers of the CA. They are compared only if both are known. */
  caKeys: string | null;
}

/**
 * Circuit breaker, canary and cool-down, which all workers share. Results of attempts open the circuit breaker;
 * only `closeBreaker` closes it.
 */
export interface SafetyLimitStore {
  safetyLimits(
    instance: string,
    profile: string,
    policy: SafetyLimitPolicy,
    now: number,
  ): Promise<SafetyLimitState>;
  /**
   * Closes the circuit breaker, deletes the results of attempts, and restarts the canary. Returns the circuit breaker
   * that was open; `null` when it was closed. With `reason`, closes only a circuit breaker that was opened for it.
   */
  closeBreaker(
    instance: string,
    profile: string,
    now: number,
    reason?: Breaker['reason'],
  ): Promise<Breaker | null>;
  /** Opens the circuit breaker for a cause that Recert knows before an attempt fails. One that is open stays as it is. */
  openBreaker(instance: string, profile: string, breaker: Breaker): Promise<void>;
  /**
   * Starts the next canary wave although the current wave is not verified. Returns the number of the next wave;
   * `null` when no canary is in progress.
   */
  releaseWave(
    instance: string,
    profile: string,
    policy: SafetyLimitPolicy,
    now: number,
  ): Promise<number | null>;
  /** Records a restart, an upgrade or an error of the Jamf Pro server, which starts the cool-down. */
  noteJamf(instance: string, why: Hold['why'], now: number): Promise<void>;
  /** Ends the cool-down. The next restart, upgrade or error starts a new one. */
  endHold(instance: string): Promise<void>;
  /** Records the version of the Jamf Pro server. Returns `true` if the version has changed. */
  noteVersion(instance: string, version: string): Promise<boolean>;
  /** Records whether the command list of the server contained the InstallProfile command of a Mac that acknowledged it. */
  noteListing(instance: string, seen: 'listed' | 'unlisted', now: number): Promise<void>;
  listing(instance: string): Promise<CommandListing>;
  /** Records whether the server reports the declarative status of Macs, or whether inventory agreed with it. See `StatusNote`. */
  noteStatus(instance: string, seen: StatusNote, now: number): Promise<void>;
  status(instance: string): Promise<StatusKnowledge>;
  /**
   * Records the settings (mechanisms and profiles) and the CA of the renewals; `ca` and `caKeys` are `null` while the
   * CA is not known. If one of them has changed, restarts the canary and returns `true`.
   */
  noteRisk(instance: string, profile: string, risk: Risk, now: number): Promise<boolean>;
  /**
   * Compares the numbers of due and known Macs with those of the day before, and opens the circuit breaker when
   * the difference is implausible.
   */
  noteFleet(instance: string, profile: string, count: FleetCount): Promise<void>;
}

const DAY_MS = 86_400_000;
/**
 * Minimum age of the stored numbers of due and unknown Macs, milliseconds. The numbers of a new full sweep are
 * compared with the stored ones, and replace them, only after this time. It is less than a day, because the time of
 * the daily sweep varies. A full sweep that a user starts earlier is ignored.
 */
const NEXT_DAY_MS = 0.8 * DAY_MS;

const breakerSchema: z.ZodType<Breaker> = z.object({
  reason: z.enum(['lost-profile', 'same-error', 'in-a-row', 'share', 'due-rush', 'coverage', 'secret-reset']),
  text: z.string(),
  at: z.number(),
});
const fleetSchema: z.ZodType<FleetCount> = z.object({
  at: z.number(),
  inScope: z.number(),
  due: z.number(),
  expected: z.number().optional(),
  unknown: z.number(),
});
const breakerFormat = storedFormat('circuit breaker', breakerSchema);
const fleetFormat = storedFormat('fleet count', fleetSchema);

function readResults(texts: readonly string[], profile: string, report: ReportUnreadable): readonly Result[] {
  return resultFormat.readAll(
    texts.map((text) => [profile, text] as const),
    report,
  );
}

/**
 * Reads an open circuit breaker. If it cannot be read, it counts as open, because an open circuit breaker stops
 * writes to Jamf Pro.
 */
function readBreaker(text: string | undefined, profile: string, report: ReportUnreadable): Breaker | null {
  if (text === undefined) return null;
  const opened: Breaker = {
    reason: 'same-error',
    text: 'its stored reason cannot be read; see the log',
    at: 0,
  };
  return breakerFormat.tryRead(text, profile, report) ?? opened;
}

/** Creates the circuit breaker, the canary and the cool-down in Redis. */
export function createSafetyLimitStore(options: SafetyLimitOptions): SafetyLimitStore {
  const { redis, key, telemetry, report = unreported } = options;
  const keysOf = (instance: string) => redistributionKeys(key, instance);

  async function trip(instance: string, profile: string, breaker: Breaker): Promise<void> {
    const { reason, text } = breaker;
    const isFirst = await redis.hsetnx(keysOf(instance).tally(profile), 'trip', breakerFormat.write(breaker));
    if (isFirst === 1) telemetry.emit('redistribution.breaker-opened', { instance, profile, reason, text });
  }

  async function safetyLimits(
    instance: string,
    profile: string,
    policy: SafetyLimitPolicy,
    now: number,
  ): Promise<SafetyLimitState> {
    const keys = keysOf(instance);
    // The count of results is read first. Results that are added afterwards may be evaluated, but then the count no
    // longer matches, and the calling code repeats its request.
    const tally = await redis.hgetall(keys.tally(profile));
    const [results, noted] = await Promise.all([
      redis.lrange(keys.results(profile), 0, judgedResults(policy.breaker) - 1),
      redis.hgetall(keys.jamf),
    ]);
    const canary = canaryOf(tally, policy);
    const stored = readBreaker(tally['trip'], profile, report);
    const full = canary === null;
    const judged =
      stored ?? judgeResults(readResults(results, profile, report), policy.breaker, { profile, full });
    if (stored === null && judged !== null) await trip(instance, profile, judged);
    return { breaker: judged, hold: holdOf(noted, policy, now), canary, count: tally['count'] ?? '0' };
  }

  return {
    safetyLimits,

    openBreaker: trip,

    async closeBreaker(instance, profile, now, reason) {
      const keys = keysOf(instance);
      const open = await redis.hget(keys.tally(profile), 'trip');
      if (open === null) return null;
      const breaker = readBreaker(open, profile, report);
      if (reason !== undefined && breaker?.reason !== reason) return null;
      await redis
        .multi()
        .hdel(keys.tally(profile), 'trip')
        .hset(keys.tally(profile), { since: now, verified: 0, released: 0 })
        .hincrby(keys.tally(profile), 'count', 1)
        .del(keys.results(profile))
        .exec();
      return breaker;
    },

    async releaseWave(instance, profile, policy, now) {
      const { canary } = await safetyLimits(instance, profile, policy, now);
      if (canary === null) return null;
      await redis.hset(keysOf(instance).tally(profile), { released: canary.wave });
      return canary.wave + 1;
    },

    ...createServerNotes(redis, keysOf),
    ...createRiskNotes(redis, keysOf),

    async noteFleet(instance, profile, count) {
      const keys = keysOf(instance);
      const text = await redis.hget(keys.tally(profile), 'fleet');
      const before = fleetFormat.tryRead(text, profile, report);
      if (before !== null && count.at - before.at < NEXT_DAY_MS) return;
      await redis.hset(keys.tally(profile), { fleet: fleetFormat.write(count) });
      const breaker = before === null ? null : judgeFleet(before, count, profile);
      if (breaker !== null) await trip(instance, profile, breaker);
    },
  };
}

/**
 * Creates the functions that record restarts, upgrades and errors of a Jamf Pro server, and whether its command list
 * and its declarative status can be used.
 */
function createServerNotes(
  redis: Redis,
  keysOf: (instance: string) => ReturnType<typeof redistributionKeys>,
): Pick<
  SafetyLimitStore,
  'noteJamf' | 'endHold' | 'noteVersion' | 'noteListing' | 'listing' | 'noteStatus' | 'status'
> {
  return {
    async noteListing(instance, seen, now) {
      const { jamf } = keysOf(instance);
      if (seen === 'listed') await redis.hset(jamf, { listedAt: now, unlisted: 0 });
      else await redis.hincrby(jamf, 'unlisted', 1);
    },

    async listing(instance) {
      const [listedAt = null, unlisted] = await redis.hmget(keysOf(instance).jamf, 'listedAt', 'unlisted');
      return { listedAt: listedAt === null ? null : Number(listedAt), unlisted: Number(unlisted ?? 0) };
    },

    async noteStatus(instance, seen, now) {
      const { jamf } = keysOf(instance);
      if (seen === 'agreed') await redis.hincrby(jamf, 'statusAgreed', 1);
      else if (seen === 'differed') await redis.hset(jamf, { statusAgreed: 0 });
      else if (seen === 'reported')
        await redis.hdel(jamf, 'statusUnreported', 'statusUnreportedAt', 'statusWhy');
      else
        await redis
          .multi()
          .hset(jamf, { statusUnreportedAt: now, statusWhy: seen })
          .hincrby(jamf, 'statusUnreported', 1)
          .exec();
    },

    async status(instance) {
      const fields = ['statusAgreed', 'statusUnreported', 'statusUnreportedAt', 'statusWhy'] as const;
      const [agreed, unreported, at, why] = await redis.hmget(keysOf(instance).jamf, ...fields);
      return {
        agreed: Number(agreed ?? 0),
        unreported: Number(unreported ?? 0),
        unreportedAt: Number(at ?? 0) || null,
        why: WHY_UNREPORTED.find((one) => one === why) ?? null,
      };
    },

    async noteJamf(instance, why, now) {
      await redis.hset(keysOf(instance).jamf, { [why]: now });
    },

    async endHold(instance) {
      await redis.hdel(keysOf(instance).jamf, ...HOLDS);
    },

    async noteVersion(instance, version) {
      const keys = keysOf(instance);
      const before = await redis.hget(keys.jamf, 'known');
      if (before !== version) await redis.hset(keys.jamf, { known: version });
      return before !== null && before !== version;
    },
  };
}

/** Creates the function that records the settings and the CA of the renewals. */
function createRiskNotes(
  redis: Redis,
  keysOf: (instance: string) => ReturnType<typeof redistributionKeys>,
): Pick<SafetyLimitStore, 'noteRisk'> {
  return {
    async noteRisk(instance, profile, { settings, ca, caKeys }, now) {
      const tally = keysOf(instance).tally(profile);
      const [knownSettings, knownCa, knownKeys] = await redis.hmget(tally, 'settings', 'ca', 'caKeys');
      await redis.hset(tally, {
        settings,
        ...(ca === null ? {} : { ca }),
        ...(caKeys === null ? {} : { caKeys }),
      });
      const differs = (known: string | null | undefined, next: string | null) =>
        typeof known === 'string' && next !== null && known !== next;
      if (!differs(knownSettings, settings) && !differs(knownCa, ca) && !differs(knownKeys, caKeys))
        return false;
      await redis
        .multi()
        .hset(tally, { since: now, verified: 0, released: 0 })
        .hincrby(tally, 'count', 1)
        .exec();
      return true;
    },
  };
}

function canaryOf(
  tally: Readonly<Record<string, string>>,
  { canary }: SafetyLimitPolicy,
): SafetyLimitState['canary'] {
  const verified = Number(tally['verified'] ?? 0);
  const released = Number(tally['released'] ?? 0);
  const limits = waveLimits(canary);
  const index = limits.findIndex((limit, at) => at >= released && verified < limit);
  const limit = limits[index];
  return limit === undefined ? null : { wave: index + 1, verified, limit };
}
