import { safetyLimitPolicyOf } from '../../domain/redistribution/safety-limits/policy.js';
import type { RedistributionPolicy, WatchedProfile } from '../../domain/watched.js';
import { createEvents } from '../events.js';
import { createMemoryLimits, freeFrom, latestOf, type MemoryLimits } from '../memory/limits.js';
import type { MemoryRedistributions } from '../memory/redistributions.js';
import { HOUR_MS, MINUTE_MS } from '../scenario.js';

/**
 * The shared limits, with statistics about their use. When the circuit breaker opens, the simulation counts it and
 * closes the circuit breaker immediately: in production a user closes it, and the simulation has no users.
 */
export interface SimulatedLimits extends MemoryLimits {
  /**
   * How often the circuit breaker opened; the largest number of permits within an hour; and the largest number of
   * redistributions in progress when a permit was taken.
   */
  readonly use: { breakerOpened: number; triggersInAnHour: number; inFlight: number };
  /** Returns the number of Macs that could start now. */
  free(now: number): number;
  /** Returns when the limits per hour and per minute next allow an attempt; `Infinity` when no limit is reached. */
  nextFreeAt(now: number): number;
}

export function createSimulatedLimits(
  store: MemoryRedistributions,
  watched: Pick<WatchedProfile, 'name' | 'policy'>,
): SimulatedLimits {
  const limits = createMemoryLimits(store);
  const safetyLimits = limits.safetyLimits.bind(limits);
  const takePermit = limits.takePermit.bind(limits);
  const triggers = createEvents();
  const use = { breakerOpened: 0, triggersInAnHour: 0, inFlight: 0 };
  const counted: Omit<SimulatedLimits, Exclude<keyof MemoryLimits, 'safetyLimits' | 'takePermit'>> = {
    use,
    async safetyLimits(instance, profile, policy, now) {
      const state = await safetyLimits(instance, profile, policy, now);
      if (state.breaker === null) return state;
      use.breakerOpened += 1;
      await limits.closeBreaker(instance, profile, now);
      return { ...state, breaker: null };
    },
    async takePermit(instance, profile, request) {
      const permit = await takePermit(instance, profile, request);
      const { redistributionId, attempt, now } = request;
      // A repeated request returns the permit that was taken earlier.
      if (!permit.granted || store.sent.get(`${redistributionId}/${String(attempt)}`) !== now) return permit;
      triggers.add(now, 0, 0, 0);
      while (triggers.firstAt() <= now - HOUR_MS) triggers.next();
      use.triggersInAnHour = Math.max(use.triggersInAnHour, triggers.size());
      use.inFlight = Math.max(use.inFlight, store.inFlight.size);
      return permit;
    },
    free(now) {
      const { policy, name } = watched;
      const { hold, canary } = limits.stateOf(name, safetyLimitPolicyOf(policy), now);
      const counts = limitsOf(policy, store).map(({ permits, most, spanMs }) => {
        permits.removeUpTo(now - HOUR_MS);
        return most - (permits.size - permits.upTo(now - spanMs));
      });
      const wave = canary === null ? Infinity : canary.limit - canary.verified - store.inCanary.size;
      return hold === null ? Math.min(...counts, policy.inFlight - store.inFlight.size, wave) : 0;
    },
    nextFreeAt: (now) =>
      latestOf(
        limitsOf(watched.policy, store).map(({ permits, most, spanMs }) =>
          freeFrom(permits, { most, ahead: 0, spanMs, now }),
        ),
      ) ?? Infinity,
  };
  return Object.assign(limits, counted);
}

/** Returns the limits per hour and per minute, as in src/simulation/memory/limits.ts. */
function limitsOf(
  { hourlyCap, perMinute, caLimit }: RedistributionPolicy,
  { sent, hour }: MemoryRedistributions,
) {
  return [
    { permits: sent, most: hourlyCap, spanMs: HOUR_MS },
    { permits: sent, most: perMinute ?? hourlyCap, spanMs: MINUTE_MS },
    { permits: hour, most: caLimit ?? hourlyCap, spanMs: HOUR_MS },
  ];
}
