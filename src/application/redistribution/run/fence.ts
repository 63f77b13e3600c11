import { type Write, whyNotSent } from '../../../domain/redistribution/write.js';
import type { Fence } from '../../../domain/fence.js';
import { safetyLimitPolicyOf } from '../../../domain/redistribution/safety-limits/policy.js';
import type { StepDeps } from '../deps.js';
import type { StepContext } from './gather-evidence.js';

/** The lock of the job that processes a redistribution. */
export interface JobLock {
  /**
   * Extends the lock. Returns `false` when the job has lost it: another worker may be processing the same
   * redistribution.
   */
  hold(): Promise<boolean>;
  /** Duration of the lock unless it is extended, milliseconds. */
  lastsMs: number;
}

/** Maximum time between the check in Redis and the request to Jamf Pro, milliseconds. */
const MOST_AGE_MS = 1_000;

/**
 * Returns the check (fence) before a write to Jamf Pro. It reads again from Redis what the decision depended on and
 * what may have changed since: the lock of the job, the version of the record, the mode, the pause, the circuit
 * breaker.
 */
export function fenceOf(
  deps: Pick<StepDeps, 'redistributions' | 'limits' | 'profiles' | 'now'>,
  { record, watched, lock }: Pick<StepContext, 'record' | 'watched' | 'lock'>,
  write: Write,
): Fence {
  const { instance, id, profile } = record;
  return {
    // This is much shorter than the duration of the lock, so no other worker can take the job before the request is
    // sent.
    maxAgeMs: Math.min(MOST_AGE_MS, lock.lastsMs / 3),
    check: async () => {
      const [locked, stored, paused, list, limits] = await Promise.all([
        lock.hold(),
        deps.redistributions.read(instance, id),
        deps.limits.paused(instance),
        deps.profiles.watchedProfiles(instance),
        deps.limits.safetyLimits(instance, profile, safetyLimitPolicyOf(watched.policy), deps.now()),
      ]);
      if (!locked) return 'the job lost its lock, another worker may have taken it over';
      const current = list.watched.find(({ name }) => name === profile);
      if (current === undefined) return `${profile} is not configured any more`;
      return whyNotSent({
        decided: record,
        stored,
        write,
        paused,
        watched: current,
        limits,
        now: deps.now(),
      });
    },
  };
}
