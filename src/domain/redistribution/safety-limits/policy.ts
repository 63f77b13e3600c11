import type { Hold } from '../evidence/evidence.js';
import type { RedistributionPolicy } from '../../watched.js';
import type { Breaker, BreakerPolicy } from './circuit-breaker.js';

/** What decides about breaker and canary of a watched profile. */
export interface RailPolicy {
  breaker: BreakerPolicy;
  canary: readonly number[];
  /** How long a restart or another version of Jamf holds, and how long its failing (milliseconds). */
  holdMs: number;
  failingMs: number;
}

/** How the rails of one watched profile stand. `count` changes with every result. */
export interface Rails {
  breaker: Breaker | null;
  hold: Hold | null;
  /** The wave under way, from 1, and how many are verified of those that it needs; `null` after the last. */
  canary: { wave: number; verified: number; limit: number } | null;
  count: string;
}

/** How long nothing is begun after an answer that says that Jamf itself fails. */
const FAILING_IN_POLLS = 5;

/** What is to be known of a policy to judge breaker, canary and hold. */
export function railPolicyOf({
  breaker,
  canary,
  waits,
}: Pick<RedistributionPolicy, 'breaker' | 'canary' | 'waits'>): RailPolicy {
  return { breaker, canary, holdMs: waits.hold, failingMs: FAILING_IN_POLLS * waits.poll };
}

/** How many may be begun up to the end of each wave. */
export function waveLimits(canary: readonly number[]): readonly number[] {
  return canary.map((_, index) => canary.slice(0, index + 1).reduce((sum, size) => sum + size, 0));
}
