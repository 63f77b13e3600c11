import { z } from 'zod';
import type {
  Caps,
  CyclePermit,
  Pause,
  Capacity,
  Permit,
} from '../../domain/redistribution/evidence/evidence.js';
import type {
  SafetyLimitPolicy,
  SafetyLimitState,
} from '../../domain/redistribution/safety-limits/policy.js';
import { waveLimits } from '../../domain/redistribution/safety-limits/policy.js';
import { createSafetyLimitStore, type SafetyLimitOptions, type SafetyLimitStore } from './safety-limits.js';
import { attemptMember, redistributionKeys } from '../redistributions/keys.js';
import { defineScript, readLua } from '../redis/script.js';

export type { Caps, Pause, Capacity, Permit };

/** Limits on redistributions, shared by all workers: pause, rate limit, concurrency limit, canary, circuit breaker and cool-down. */
export interface LimitStore extends SafetyLimitStore {
  pause(instance: string, pause: Pause): Promise<void>;
  /** Ends the pause and returns it, `null` when there was none. */
  resume(instance: string): Promise<Pause | null>;
  paused(instance: string): Promise<Pause | null>;
  /** Returns the available capacity without taking a permit. A request without capacity enters the wait queue. */
  look(instance: string, profile: string, request: PermitRequest): Promise<Capacity>;
  /** Takes a permit if capacity is available and no earlier request waits; otherwise the request enters the wait queue. */
  takePermit(instance: string, profile: string, request: PermitRequest): Promise<Permit>;
  /** Returns the IDs of the first requests in the wait queue, earliest certificate expiry first. */
  firstInLine(instance: string, profile: string, count: number): Promise<readonly string[]>;
  /** Takes a permit for an attempt with the mechanism cycle, which has additional limits. */
  takeCycle(instance: string, profile: string, request: CycleRequest): Promise<CyclePermit>;
}

/** A permit request for the mechanism cycle. `caps.daily` is a number of Macs. */
export interface CycleRequest {
  redistributionId: string;
  attempt: number;
  caps: { inFlight: number; daily: number };
  now: number;
}

/** A permit request under the limits of a watched profile. */
export interface PermitRequest {
  redistributionId: string;
  attempt: number;
  caps: Caps;
  now: number;
  rails: SafetyLimitPolicy;
  /** A user overrides the rate limit or the canary. */
  overHourlyCap: boolean;
  overCanary: boolean;
  /** Position in the wait queue, lowest first: the certificate expiry. */
  rank: number;
  /** How long a place in the wait queue is kept after the request should have been repeated, milliseconds. */
  keptMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const pauseSchema = z.object({ by: z.string(), reason: z.string(), at: z.int() });

/** Maximum attempts to decide on results that do not change meanwhile. */
const MAX_ATTEMPTS = 50;

const takeReply = z.tuple([z.int(), z.int(), z.string(), z.int(), z.int(), z.string(), z.int()]);

/** Creates the limits in Redis. */
export function createLimitStore(ground: SafetyLimitOptions): LimitStore {
  const { redis, key } = ground;
  const pauseKey = (instance: string) => key(instance, 'pause');
  const railStore = createSafetyLimitStore(ground);
  const script = defineScript(redis, {
    name: 'recertLimitsTake',
    lua: readLua(import.meta.url, './take.lua'),
    keys: ['hour', 'inFlight', 'line', 'places', 'tally'],
    reply: takeReply,
  });
  const cycleScript = defineScript(redis, {
    name: 'recertLimitsCycle',
    lua: readLua(import.meta.url, './cycle.lua'),
    keys: ['cycling', 'cycles'],
    reply: z.tuple([z.int(), z.int(), z.int()]),
  });

  /** Evaluates the circuit breaker, then decides in one script, which returns without a decision when there are newer results: an open circuit breaker always blocks. */
  async function decide(
    instance: string,
    profile: string,
    request: PermitRequest,
    takes: boolean,
  ): Promise<Capacity> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const standing = await railStore.safetyLimits(instance, profile, request.rails, request.now);
      const room = await decideOnce(instance, profile, request, { takes, standing });
      if (room !== null) return room;
    }
    throw new Error(
      `${instance}: the attempt results of ${profile} changed during ${MAX_ATTEMPTS} permit requests`,
    );
  }

  async function decideOnce(
    instance: string,
    profile: string,
    { redistributionId, attempt, caps, now, overHourlyCap, overCanary, rank, keptMs, rails }: PermitRequest,
    { takes, standing }: { takes: boolean; standing: SafetyLimitState },
  ): Promise<Capacity | null> {
    const keys = redistributionKeys(key, instance);
    const { breaker, hold, count } = standing;
    const [turn, used, freeAt, inProgress, ahead, limit, inCanary] = await script(
      {
        hour: keys.hour(profile),
        inFlight: keys.inFlight(profile),
        line: keys.line(profile),
        places: keys.places(profile),
        tally: keys.tally(profile),
      },
      [
        now,
        HOUR_MS,
        caps.hourly,
        caps.inFlight,
        redistributionId,
        attemptMember(redistributionId, attempt),
        overHourlyCap ? '1' : '0',
        rank,
        keptMs,
        takes ? '1' : '0',
        breaker === null && hold === null ? '0' : '1',
        count,
        overCanary ? '1' : '0',
        ...waveLimits(rails.canary),
      ],
    );
    if (turn === 2) return null;
    return {
      turn: turn === 1,
      hourly: { used, cap: caps.hourly, freeAt: freeAt === '' ? null : Math.ceil(Number(freeAt)) },
      inFlight: { used: inProgress, cap: caps.inFlight },
      canary: limit === '' ? null : { used: inCanary, limit: Number(limit) },
      breaker,
      hold,
      ahead,
    };
  }

  return {
    ...railStore,

    async pause(instance, pause) {
      await redis.set(pauseKey(instance), JSON.stringify(pause));
    },

    async resume(instance) {
      return parsePause(await redis.getdel(pauseKey(instance)));
    },

    async paused(instance) {
      return parsePause(await redis.get(pauseKey(instance)));
    },

    look: (instance, profile, request) => decide(instance, profile, request, false),

    async takePermit(instance, profile, request) {
      const room = await decide(instance, profile, request, true);
      return room.turn ? { granted: true } : { granted: false, room };
    },

    firstInLine: (instance, profile, count) =>
      redis.zrange(redistributionKeys(key, instance).line(profile), 0, String(count - 1)),

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

function parsePause(text: string | null): Pause | null {
  return text === null ? null : pauseSchema.parse(JSON.parse(text));
}
