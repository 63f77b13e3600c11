import { judgeResults, type Result } from '../../domain/redistribution/safety-limits/circuit-breaker.js';
import type { RedistributionPolicy } from '../../domain/watched.js';

/** Counts how often the circuit breaker opens when someone closes it immediately each time. */
export interface BreakerBook {
  note(result: Result): void;
  opened(): number;
}

/** Uses the production rule. The breaker stops nothing here, because how long it stays open depends on people and not on the policy. */
export function createBreakerBook({ breaker }: Pick<RedistributionPolicy, 'breaker'>): BreakerBook {
  let results: Result[] = [];
  let opened = 0;
  return {
    note(result) {
      results = [result, ...results.slice(0, breaker.of - 1)];
      if (result.outcome === 'verified' || judgeResults(results, breaker, '') === null) return;
      opened += 1;
      results = [];
    },
    opened: () => opened,
  };
}
