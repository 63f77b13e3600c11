import type { RedistributionPolicy } from '../../domain/watched.js';
import { createEvents } from '../events.js';
import { createMemoryLimits, type MemoryLimits } from '../memory/limits.js';
import type { MemoryRedistributions } from '../memory/redistributions.js';
import { HOUR_MS } from '../scenario.js';

/**
 * The shared limits, with figures of their use. An open circuit breaker is counted and closed immediately, because
 * how long it would stay open depends on users.
 */
export interface SimulatedLimits extends MemoryLimits {
  /**
   * How often the circuit breaker opened; the largest number of permits within an hour; and the largest number of
   * redistributions in progress when a permit was taken.
   */
  readonly use: { breakerOpened: number; triggersInAnHour: number; inFlight: number };
  /** Returns the number of Macs that could start now. */
  free(now: number): number;
  /** Returns when the rate limit allows the next permit, as far as is known; `Infinity` when no permit is held. */
  nextFreeAt(): number;
}

export function createSimulatedLimits(
  store: MemoryRedistributions,
  { hourlyCap, inFlight }: Pick<RedistributionPolicy, 'hourlyCap' | 'inFlight'>,
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
      if (!permit.granted || store.hour.get(`${redistributionId}/${String(attempt)}`) !== now) return permit;
      triggers.add(now, 0, 0, 0);
      while (triggers.firstAt() <= now - HOUR_MS) triggers.next();
      use.triggersInAnHour = Math.max(use.triggersInAnHour, triggers.size());
      use.inFlight = Math.max(use.inFlight, store.inFlight.size);
      return permit;
    },
    free(now) {
      store.hour.removeUpTo(now - HOUR_MS);
      return Math.min(hourlyCap - store.hour.size, inFlight - store.inFlight.size);
    },
    nextFreeAt: () => store.hour.scoreAt(0) + HOUR_MS,
  };
  return Object.assign(limits, counted);
}
