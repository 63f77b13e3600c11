import { assess } from '../../assess.js';
import type { KnownComputer } from '../../known.js';
import type { Profile } from '../../profile.js';
import { inProfileScope } from '../../scope.js';
import type { WatchedProfile } from '../../watched.js';
import type { Breaker } from '../safety-limits/circuit-breaker.js';
import type { Hold, Pause } from '../evidence/evidence.js';
import { maintenanceAt } from '../safety-limits/maintenance-window.js';

/** A whole scope may be redistributed again after this. */
export const WHOLE_SCOPE_EVERY_MS = 30 * 86_400_000;

/** What redistributing a profile to its whole scope would do. Each Mac enrols afresh, whether it needs to or not. */
export interface BlastRadius {
  /** Managed Macs in the scope of this very profile: so many certificates are issued. */
  computers: number;
  /** Of these: due, overdue or expired. */
  needing: number;
  /** Of these: nothing is known of their certificate. */
  unknown: number;
  /** Of these: good for longer than the window, who would get another one for nothing. */
  unneeded: number;
  /** How long the hourly cap would spread them; Jamf does not, it sends to all at once (milliseconds). */
  atCapMs: number;
}

/** Counts Macs one after the other, so that a fleet need not be held in memory. */
export function measureBlast(
  profile: Pick<Profile, 'scope'>,
  watched: WatchedProfile,
  now: number,
): { add: (computer: KnownComputer) => void; radius: () => BlastRadius } {
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

/** What decides whether a person may do it now. */
export interface WholeScopeFacts {
  watched: WatchedProfile;
  radius: BlastRadius;
  paused: Pause | null;
  breaker: Breaker | null;
  hold: Hold | null;
  /** When it was last done for this profile. */
  lastAt: number | null;
  now: number;
}

/** Why a whole scope may not be redistributed now, in a sentence; `null` when it may. What was typed is not looked at here. */
export function refuseWholeScope(facts: WholeScopeFacts): string | null {
  const { watched, radius, paused, breaker, hold, lastAt, now } = facts;
  const { policy, name } = watched;
  if (policy.mode === 'observe') return `${name} is in mode observe: nothing is written to Jamf Pro.`;
  if (paused !== null) return `Paused by ${paused.by}: ${paused.reason}. Resume first.`;
  if (breaker !== null)
    return `The breaker is open: ${breaker.text} What fails for a few would fail for the whole scope.`;
  if (hold !== null) return `${hold.text}.`;
  const window = maintenanceAt(policy.maintenance, now);
  if (!window.open)
    return `Outside the maintenance windows; ${window.opensAt === null ? 'none ever opens' : `the next one opens ${new Date(window.opensAt).toISOString()}`}.`;
  if (lastAt !== null && now < lastAt + WHOLE_SCOPE_EVERY_MS)
    return `This was done ${new Date(lastAt).toISOString()}; it may be done again ${new Date(lastAt + WHOLE_SCOPE_EVERY_MS).toISOString()}.`;
  if (radius.computers === 0) return 'No managed Mac is in the scope of this profile.';
  return null;
}
