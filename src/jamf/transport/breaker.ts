import { BrokenCircuitError, CircuitState, circuitBreaker, handleWhenResult } from 'cockatiel';
import type { Telemetry } from '../../telemetry/bus.js';
import type { BreakerState } from '../client.js';
import { isTrouble, labelOf, type Outcome } from './outcome.js';
import type { Tuning } from '../settings.js';

/** Circuit breaker for the calls to one server. While it is open, attempts return the outcome `held` and nothing is sent. */
export interface JamfBreaker {
  readonly state: BreakerState;
  guard(attempt: () => Promise<Outcome>, subject: Subject): Promise<Outcome>;
}

/** The object that an attempt reads or writes. */
export interface Subject {
  /**
   * Name of the object or request. If Jamf Pro answers 500 several times for the same object, this counts only
   * once, because the record of the object may be the cause.
   */
  about: string;
  /**
   * True for a request that searches for a record that makes Jamf Pro answer 500. A 500 response to this request does
   * not count.
   */
  probe: boolean;
  /** True for a request whose failures do not count, unless it is the trial call of a half-open circuit breaker. */
  optional?: boolean;
}

interface Weighed {
  outcome: Outcome;
  counts: boolean;
}

const CIRCUIT_OPEN: Outcome = { kind: 'no-answer', reason: 'held', reached: false, detail: '', status: null };

const STATE_NAMES: Record<CircuitState, BreakerState> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};

/**
 * Creates a circuit breaker. It opens after `breakerFailures` consecutive failures of the server (5xx, no response, no
 * JSON). Rejections (4xx) do not count; several 500 responses for the same object count once. Its times follow the
 * system clock, because the library cockatiel uses that clock.
 */
export function createJamfBreaker(
  { breakerFailures, breakerOpenMs }: Tuning,
  { instance, telemetry }: { instance: string; telemetry: Telemetry },
): JamfBreaker {
  const failures = new Set<string>();
  let lastFailure = '';
  let anonymous = 0;
  const policy = circuitBreaker(
    handleWhenResult((weighed) => (weighed as Weighed).counts),
    // The library does not count; `weigh` decides when the circuit breaker opens.
    { breaker: { state: null, success: () => undefined, failure: () => true }, halfOpenAfter: breakerOpenMs },
  );
  policy.onStateChange((state) =>
    telemetry.emit('jamf.breaker', { instance, state: STATE_NAMES[state], why: lastFailure }),
  );
  const weigh = (outcome: Outcome, { about, probe, optional = false }: Subject): boolean => {
    if (!isTrouble(outcome)) {
      failures.clear();
      return false;
    }
    if (optional && policy.state !== CircuitState.HalfOpen) return false;
    const ofRecord = outcome.kind === 'answer' && outcome.status === 500;
    if (ofRecord && probe) return false;
    lastFailure = labelOf(outcome);
    failures.add(ofRecord ? about : `#${(anonymous += 1)}`);
    return failures.size >= breakerFailures || policy.state === CircuitState.HalfOpen;
  };
  return {
    get state() {
      return STATE_NAMES[policy.state];
    },
    guard: async (attempt, subject) => {
      try {
        const { outcome } = await policy.execute(async (): Promise<Weighed> => {
          const result = await attempt();
          return { outcome: result, counts: weigh(result, subject) };
        });
        return outcome;
      } catch (error) {
        if (error instanceof BrokenCircuitError) return CIRCUIT_OPEN;
        throw error;
      }
    },
  };
}
