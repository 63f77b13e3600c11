import { z } from 'zod';
import type { Caps, Capacity } from '../../domain/redistribution/evidence/evidence.js';
import type {
  SafetyLimitPolicy,
  SafetyLimitState,
} from '../../domain/redistribution/safety-limits/policy.js';
import { waveLimits } from '../../domain/redistribution/safety-limits/policy.js';
import { attemptMember, redistributionKeys } from '../redistributions/keys.js';
import { defineScript, readLua } from '../redis/script.js';
import type { SafetyLimitOptions, SafetyLimitStore } from './safety-limits.js';

/** A request for a permit within the limits of a watched profile. */
export interface PermitRequest {
  redistributionId: string;
  attempt: number;
  caps: Caps;
  now: number;
  rails: SafetyLimitPolicy;
  /** Whether a user overrides the rate limit or the canary. */
  overHourlyCap: boolean;
  overCanary: boolean;
  /** Position in the wait queue: the time at which the certificate expires. The request with the lowest rank is first. */
  rank: number;
  /**
   * Time for which a request stays in the wait queue after it should have been repeated, milliseconds. The request of
   * a worker that was killed is not repeated and leaves the queue after this time.
   */
  keptMs: number;
}

/** Maximum number of attempts to decide if other workers add results in the meantime. */
const MAX_ATTEMPTS = 50;

const takeReply = z.tuple([z.int(), z.int(), z.string(), z.int(), z.int(), z.string(), z.int(), z.int()]);

/** Decides whether there is capacity for a request. With `takes`, also takes the permit. */
export type Decide = (
  instance: string,
  profile: string,
  request: PermitRequest,
  takes: boolean,
) => Promise<Capacity>;

/** Creates the function that grants or refuses permits, with the limits and counts in Redis. */
export function createDecision(
  { redis, key }: Pick<SafetyLimitOptions, 'redis' | 'key'>,
  railStore: Pick<SafetyLimitStore, 'safetyLimits'>,
): Decide {
  const script = defineScript(redis, {
    name: 'recertLimitsTake',
    lua: readLua(import.meta.url, './take.lua'),
    keys: ['hour', 'sent', 'inFlight', 'inCanary', 'line', 'places', 'tally'],
    reply: takeReply,
  });

  async function decideOnce(
    instance: string,
    profile: string,
    { redistributionId, attempt, caps, now, overHourlyCap, overCanary, rank, keptMs, rails }: PermitRequest,
    { takes, standing }: { takes: boolean; standing: SafetyLimitState },
  ): Promise<Capacity | null> {
    const keys = redistributionKeys(key, instance);
    const { breaker, hold, count } = standing;
    const [turn, used, freeAt, inProgress, ahead, limit, inCanary, cap] = await script(
      {
        hour: keys.hour(profile),
        sent: keys.sent(profile),
        inFlight: keys.inFlight(profile),
        inCanary: keys.inCanary(profile),
        line: keys.line(profile),
        places: keys.places(profile),
        tally: keys.tally(profile),
      },
      [
        now,
        caps.hourly,
        caps.perMinute ?? caps.hourly,
        caps.ca ?? caps.hourly,
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
      hourly: { used, cap, freeAt: freeAt === '' ? null : Math.ceil(Number(freeAt)) },
      inFlight: { used: inProgress, cap: caps.inFlight },
      canary: limit === '' ? null : { used: inCanary, limit: Number(limit) },
      breaker,
      hold,
      ahead,
    };
  }

  /**
   * The circuit breaker is evaluated first, and then one script decides. If results have been added in between, the
   * script makes no decision and the evaluation is repeated. An open circuit breaker therefore always blocks.
   */
  return async (instance, profile, request, takes) => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const standing = await railStore.safetyLimits(instance, profile, request.rails, request.now);
      const room = await decideOnce(instance, profile, request, { takes, standing });
      if (room !== null) return room;
    }
    throw new Error(
      `${instance}: the attempt results of ${profile} changed during ${MAX_ATTEMPTS} permit requests`,
    );
  };
}
