import type { InstanceConfig } from '../config/sections/instance.js';
import type { ProfileDetails } from '../domain/profile.js';
import type { JamfSetup, Privileges } from '../jamf/setup.js';
import { attempt, unread, worse } from './attempt.js';
import type { Finding } from './finding.js';
import { checkGroups } from './groups.js';
import type { Tried } from './privileges.js';
import { judgeOnly, judgeProfile } from './profiles.js';

/** What the check of the mechanism overlap found for one monitored profile. */
export interface OverlapCheckDeps {
  findings: Finding[];
  /** The blue and the green profile from Jamf Pro; `null` if a profile could not be read. */
  blue: ProfileDetails | null;
  green: ProfileDetails | null;
  profiles: Tried;
  groups: Tried;
}

/**
 * Checks the profiles of a monitored profile. If there is only one, it is checked alone. If there is a second one, the
 * requirements of the mechanism overlap are checked: both profiles, alone and as a pair, and both groups. Changes nothing.
 */
export async function checkOverlap(
  jamf: JamfSetup,
  name: string,
  { profile, overlap, cycle }: Pick<InstanceConfig['profiles'][string], 'profile' | 'overlap' | 'cycle'>,
  told: Privileges | null,
): Promise<OverlapCheckDeps> {
  if (overlap === undefined) {
    const { value, error, tried } = await attempt(() => jamf.readProfile(profile));
    const findings = value ? judgeOnly(name, value) : unread(`profile ${name}`, error);
    return { findings, blue: value, green: null, profiles: tried, groups: 'unknown' };
  }
  const { joinGreen, leaveBlue } = overlap;
  const blue = await attempt(() => jamf.readProfile(overlap.blue));
  const green = await attempt(() => jamf.readProfile(overlap.green));
  const pair =
    blue.value && green.value
      ? { joinGreen, leaveBlue, exclude: cycle?.exclude, blue: blue.value, green: green.value }
      : null;
  const groups = await checkGroups(jamf, name, overlap, told);
  return {
    findings: [
      ...unread(`profile ${name} blue`, blue.error),
      ...unread(`profile ${name} green`, green.error),
      ...(pair ? judgeProfile(name, pair) : []),
      ...groups.findings,
    ],
    blue: blue.value,
    green: green.value,
    profiles: worse(blue.tried, green.tried),
    groups: groups.tried,
  };
}
