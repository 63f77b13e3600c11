import { judgeResults, type Result } from '../../domain/redistribution/safety-limits/circuit-breaker.js';
import type { RedistributionPolicy } from '../../domain/watched.js';

/** How often the breaker would have opened in a year in which somebody closes it at once. */
export interface BreakerBook {
  note(result: Result): void;
  opened(): number;
}

/** By the rule of the rails. The year goes on: how long it stays open is a person's, and not the policy's. */
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
