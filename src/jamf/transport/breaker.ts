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

/** Circuit breaker of the calls to one server. While it is open, attempts return the outcome `held` and send nothing. */
export interface JamfBreaker {
  readonly state: BreakerState;
  guard(attempt: () => Promise<Outcome>): Promise<Outcome>;
}

const CIRCUIT_OPEN: Outcome = { kind: 'no-answer', reason: 'held', reached: false, detail: '', status: null };

const STATE_NAMES: Record<CircuitState, BreakerState> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};

/**
 * Opens after `breakerFailures` consecutive failures of the server (5xx, no response, no JSON). Rejections (4xx) do not count.
 * Uses the wall clock, because cockatiel does.
 */
export function createJamfBreaker(
  { breakerFailures, breakerOpenMs }: Tuning,
  { instance, telemetry }: { instance: string; telemetry: Telemetry },
): JamfBreaker {
  const policy = circuitBreaker(
    handleWhenResult((outcome) => isTrouble(outcome as Outcome)),
    { breaker: new ConsecutiveBreaker(breakerFailures), halfOpenAfter: breakerOpenMs },
  );
  let lastFailure = '';
  policy.onStateChange((state) =>
    telemetry.emit('jamf.breaker', { instance, state: STATE_NAMES[state], why: lastFailure }),
  );
  return {
    get state() {
      return STATE_NAMES[policy.state];
    },
    guard: async (attempt) => {
      try {
        return await policy.execute(async () => {
          const outcome = await attempt();
          if (isTrouble(outcome)) lastFailure = labelOf(outcome);
          return outcome;
        });
      } catch (error) {
        if (error instanceof BrokenCircuitError) return CIRCUIT_OPEN;
        throw error;
      }
    },
  };
}
