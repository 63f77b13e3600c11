import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
} from 'cockatiel';
import type { Telemetry } from '../../telemetry/bus.js';
import type { BreakerState } from '../client.js';
import { isTrouble, labelOf, type Outcome } from './outcome.js';
import type { Tuning } from '../settings.js';

/** Lets attempts through while the server answers, and answers `held` in its place while it does not. */
export interface Breaker {
  readonly state: BreakerState;
  guard(attempt: () => Promise<Outcome>): Promise<Outcome>;
}

const HELD: Outcome = { kind: 'no-answer', reason: 'held', reached: false, detail: '', status: null };

const STATES: Record<CircuitState, BreakerState> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};

/**
 * Opens after so many attempts in a row that met no working server (5xx, no answer, no JSON); what Jamf refuses does not count.
 * Uses the wall clock.
 */
export function createBreaker(
  { breakerFailures, breakerOpenMs }: Tuning,
  { instance, telemetry }: { instance: string; telemetry: Telemetry },
): Breaker {
  const policy = circuitBreaker(
    handleWhenResult((outcome) => isTrouble(outcome as Outcome)),
    { breaker: new ConsecutiveBreaker(breakerFailures), halfOpenAfter: breakerOpenMs },
  );
  let last = '';
  policy.onStateChange((state) =>
    telemetry.emit('jamf.breaker', { instance, state: STATES[state], why: last }),
  );
  return {
    get state() {
      return STATES[policy.state];
    },
    guard: async (attempt) => {
      try {
        return await policy.execute(async () => {
          const outcome = await attempt();
          if (isTrouble(outcome)) last = labelOf(outcome);
          return outcome;
        });
      } catch (error) {
        if (error instanceof BrokenCircuitError) return HELD;
        throw error;
      }
    },
  };
}
