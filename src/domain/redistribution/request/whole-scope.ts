import { assess } from '../../assess.js';
import type { KnownComputer } from '../../known.js';
import type { Profile } from '../../profile.js';
import { inProfileScope } from '../../scope.js';
import type { WatchedProfile } from '../../watched.js';
import type { Breaker } from '../safety-limits/circuit-breaker.js';
import type { Hold, Pause } from '../evidence/evidence.js';
import { maintenanceAt } from '../safety-limits/maintenance-window.js';

/** Minimum time between two redistributions of a profile to its whole scope, milliseconds. */
export const WHOLE_SCOPE_EVERY_MS = 30 * 86_400_000;

/** The effect of redistributing a profile to its whole scope. Every Mac requests a new certificate, even if it does not need one. */
export interface WholeScopeImpact {
  /** Number of managed Macs in the scope of this profile. A certificate is issued to each. */
  computers: number;
  /** Number of these Macs whose certificate is due, overdue or expired. */
  needing: number;
  /** Number of these Macs whose certificate status is unknown. */
  unknown: number;
  /** Number of these Macs that do not need a renewal. */
  unneeded: number;
  /**
   * How long these renewals would take with the rate limit of Recert, milliseconds. The limit does not apply here: Jamf Pro sends all
   * commands at once.
   */
  atCapMs: number;
}

/** Counts Macs one at a time, so the fleet does not need to be in memory. */
export function measureWholeScope(
  profile: Pick<Profile, 'scope'>,
  watched: WatchedProfile,
  now: number,
): { add: (computer: KnownComputer) => void; radius: () => WholeScopeImpact } {
  const counts = { computers: 0, needing: 0, unknown: 0, unneeded: 0 };
  return {
    add(computer) {
      if (!computer.managed || !computer.mdmCapable || computer.retiredAt !== null) return;
      if (!inProfileScope(profile.scope, computer)) return;
      const { state } = assess(computer, watched, now);
      counts.computers += 1;
      if (state === 'healthy') counts.unneeded += 1;
      else if (state === 'unknown') counts.unknown += 1;
      else counts.needing += 1;
    },
    radius: () => ({
      ...counts,
      atCapMs: Math.ceil(counts.computers / watched.policy.hourlyCap) * 3_600_000,
    }),
  };
}

/** Facts on which the decision of `refuseWholeScope` is based. */
export interface WholeScopeFacts {
  watched: WatchedProfile;
  radius: WholeScopeImpact;
  paused: Pause | null;
  breaker: Breaker | null;
  hold: Hold | null;
  /** When this profile was last redistributed to its whole scope; `null` if never. */
  lastAt: number | null;
  now: number;
}

/**
 * Returns sentences that explain why a profile cannot be redistributed to its whole scope now; `null` when it can.
 * The typed confirmation is checked elsewhere.
 */
export function refuseWholeScope(facts: WholeScopeFacts): string | null {
  const { watched, radius, paused, breaker, hold, lastAt, now } = facts;
  const { policy, name } = watched;
  if (policy.mode === 'observe')
    return `${name} is in observe mode: nothing is written to Jamf Pro. Set mode: act first.`;
  if (paused !== null) return `Renewals are paused by ${paused.by} (${paused.reason}). Resume first.`;
  if (breaker !== null)
    return `Circuit breaker open: ${breaker.text} A failure on a few Macs would repeat on the whole scope.`;
  if (hold !== null) return `Renewals on hold: ${hold.text}.`;
  const window = maintenanceAt(policy.maintenance, now);
  if (!window.open)
    return `Outside the maintenance window; the next one opens ${new Date(window.opensAt).toISOString()}.`;
  if (lastAt !== null && now < lastAt + WHOLE_SCOPE_EVERY_MS)
    return `The whole scope was last redistributed at ${new Date(lastAt).toISOString()}. It can be redistributed again from ${new Date(lastAt + WHOLE_SCOPE_EVERY_MS).toISOString()}.`;
  if (radius.computers === 0) return 'The scope of this profile contains no managed Mac.';
  return null;
}
