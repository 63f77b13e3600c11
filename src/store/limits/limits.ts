import { z } from 'zod';
import type {
  Caps,
  CyclePermit,
  Pause,
  Capacity,
  Permit,
} from '../../domain/redistribution/evidence/evidence.js';
import { createSafetyLimitStore, type SafetyLimitOptions, type SafetyLimitStore } from './safety-limits.js';
import { createDecision, type PermitRequest } from './permits.js';
import { attemptMember, redistributionKeys } from '../redistributions/keys.js';
import { type ReportUnreadable, storedFormat } from '../../json/stored.js';
import { defineScript, readLua } from '../redis/script.js';
import { unreported } from '../redis/unreadable.js';

export type { Caps, Pause, Capacity, Permit };

/**
 * Limits on redistributions, which all workers share: pause, rate limit, concurrency limit, canary, circuit breaker
 * and cool-down. A permit allows one attempt to redistribute. An attempt for which there is no capacity waits in a
 * queue.
 */
export interface LimitStore extends SafetyLimitStore {
  pause(instance: string, pause: Pause): Promise<void>;
  /** Ends the pause. Returns the pause that ended; `null` when there was none. */
  resume(instance: string): Promise<Pause | null>;
  paused(instance: string): Promise<Pause | null>;
  /** Returns whether there is capacity, without taking a permit. A request without capacity is added to the wait queue. */
  look(instance: string, profile: string, request: PermitRequest): Promise<Capacity>;
  /**
   * Takes a permit if there is capacity and no earlier request is in the wait queue. Otherwise adds the request to
   * the wait queue.
   */
  takePermit(instance: string, profile: string, request: PermitRequest): Promise<Permit>;
  /** Returns the capacity in use: permits of the last hour, and redistributions in progress. */
  used(instance: string, profile: string, now: number): Promise<{ hourly: number; inFlight: number }>;
  /** Returns the redistribution IDs of the first requests in the wait queue, earliest expiry of the certificate first. */
  firstInLine(instance: string, profile: string, count: number): Promise<readonly string[]>;
  /** Adds requests to the wait queue by rank, without requesting a permit. They stay in the queue until `keptUntil`. */
  queue(
    instance: string,
    profile: string,
    requests: readonly { id: string; rank: number }[],
    keptUntil: number,
  ): Promise<void>;
  /** Takes a permit for an attempt with the mechanism cycle, which has additional limits. */
  takeCycle(instance: string, profile: string, request: CycleRequest): Promise<CyclePermit>;
}

/** A request for a permit for the mechanism cycle. `caps.daily` is a number of Macs. */
export interface CycleRequest {
  redistributionId: string;
  attempt: number;
  caps: { inFlight: number; daily: number };
  now: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const pauseFormat = storedFormat<Pause>(
  'pause',
  z.object({ by: z.string(), reason: z.string(), at: z.int() }),
);

/** Creates the shared limits in Redis. */
export function createLimitStore(ground: SafetyLimitOptions): LimitStore {
  const { redis, key, report = unreported } = ground;
  const pauseKey = (instance: string) => key(instance, 'pause');
  const railStore = createSafetyLimitStore(ground);
  const decide = createDecision(ground, railStore);
  const cycleScript = defineScript(redis, {
    name: 'recertLimitsCycle',
    lua: readLua(import.meta.url, './cycle.lua'),
    keys: ['cycling', 'cycles'],
    reply: z.tuple([z.int(), z.int(), z.int()]),
  });

  return {
    ...railStore,

    async pause(instance, pause) {
      await redis.set(pauseKey(instance), pauseFormat.write(pause));
    },

    async resume(instance) {
      return readPause(await redis.getdel(pauseKey(instance)), instance, report);
    },

    async paused(instance) {
      return readPause(await redis.get(pauseKey(instance)), instance, report);
    },

    look: (instance, profile, request) => decide(instance, profile, request, false),

    async takePermit(instance, profile, request) {
      const room = await decide(instance, profile, request, true);
      if (!room.turn) return { granted: false, room };
      return (room.canary ?? null) === null ? { granted: true } : { granted: true, canary: true };
    },

    async used(instance, profile, now) {
      const keys = redistributionKeys(key, instance);
      const [hourly, inFlight] = await Promise.all([
        redis.zcount(keys.sent(profile), now - HOUR_MS, '+inf'),
        redis.scard(keys.inFlight(profile)),
      ]);
      return { hourly, inFlight };
    },

    firstInLine: (instance, profile, count) =>
      redis.zrange(redistributionKeys(key, instance).line(profile), 0, String(count - 1)),

    async queue(instance, profile, requests, keptUntil) {
      if (requests.length === 0) return;
      const { line, places } = redistributionKeys(key, instance);
      await redis
        .multi()
        .zadd(line(profile), ...requests.flatMap(({ id, rank }) => [rank, id]))
        .zadd(places(profile), ...requests.flatMap(({ id }) => [keptUntil, id]))
        .exec();
    },

    async takeCycle(instance, profile, { redistributionId, attempt, caps, now }) {
      const keys = redistributionKeys(key, instance);
      const [granted, inProgress, used] = await cycleScript(
        { cycling: keys.cycling(profile), cycles: keys.cycles(profile) },
        [now, DAY_MS, caps.inFlight, caps.daily, redistributionId, attemptMember(redistributionId, attempt)],
      );
      if (granted === 1) return { granted: true };
      return {
        granted: false,
        inFlight: { used: inProgress, cap: caps.inFlight },
        daily: { used, cap: caps.daily },
      };
    },
  };
}

/** Reads a pause. If the stored pause cannot be read, redistributions are paused, because a pause stops writes to Jamf Pro. */
function readPause(text: string | null, instance: string, report: ReportUnreadable): Pause | null {
  if (text === null) return null;
  const paused: Pause = { by: 'unknown', reason: 'the stored pause cannot be read; see the log', at: 0 };
  return pauseFormat.tryRead(text, instance, report) ?? paused;
}
