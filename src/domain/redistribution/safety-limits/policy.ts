import type { Hold } from '../evidence/evidence.js';
import type { RedistributionPolicy } from '../../watched.js';
import type { Breaker, BreakerPolicy } from './circuit-breaker.js';

/** Settings of the safety limits of a watched profile: circuit breaker, canary and cool-down. */
export interface SafetyLimitPolicy {
  breaker: BreakerPolicy;
  canary: readonly number[];
  /**
   * Cool-down after a restart or upgrade of Jamf Pro (`holdMs`), and after errors of Jamf Pro (`failingMs`),
   * milliseconds.
   */
  holdMs: number;
  failingMs: number;
}

/** Current state of the safety limits of one watched profile. `count` changes with every result of an attempt. */
export interface SafetyLimitState {
  breaker: Breaker | null;
  hold: Hold | null;
  /**
   * Number of the current canary wave, starting at 1, with the number of verified Macs and the number that the wave requires (`limit`).
   * `null` after the last wave.
   */
  canary: { wave: number; verified: number; limit: number } | null;
  count: string;
}

/** Cool-down after an error of Jamf Pro, as a number of poll intervals. */
const FAILING_IN_POLLS = 5;

/** Returns the settings of the safety limits from a redistribution policy. */
export function safetyLimitPolicyOf({
  breaker,
  canary,
  waits,
}: Pick<RedistributionPolicy, 'breaker' | 'canary' | 'waits'>): SafetyLimitPolicy {
  return { breaker, canary, holdMs: waits.hold, failingMs: FAILING_IN_POLLS * waits.poll };
}

/** Returns, for each canary wave, the total number of Macs up to and including that wave. */
export function waveLimits(canary: readonly number[]): readonly number[] {
  let sum = 0;
  return canary.map((size) => (sum += size));
}

/** Events that start a cool-down. */
export const HOLDS = ['restart', 'version', 'failing'] as const;

const HELD: Record<Hold['why'], string> = {
  restart: 'Jamf Pro restarted; renewals are held until it is stable',
  version: 'Jamf Pro was upgraded; renewals are held until it is stable',
  failing: 'Jamf Pro is returning errors; no new renewals start until it recovers',
};

/** Returns the cool-down that ends last; `null` if there is none. `noted`: times of the last restart, upgrade and error, as text. */
export function holdOf(
  noted: Readonly<Partial<Record<string, string>>>,
  policy: SafetyLimitPolicy,
  now: number,
): Hold | null {
  let last: Pick<Hold, 'why' | 'until'> | null = null;
  for (const why of HOLDS) {
    const at = noted[why];
    if (at === undefined) continue;
    const until = Number(at) + (why === 'failing' ? policy.failingMs : policy.holdMs);
    if (until > now && until > (last?.until ?? 0)) last = { why, until };
  }
  if (last === null) return null;
  const { why, until } = last;
  return { why, until, text: `${HELD[why]} (until ${new Date(until).toISOString()})` };
}
