import type { InstanceConfig } from '../../config/sections/instance.js';
import type { JamfError } from '../../domain/jamf-error.js';
import { noSuchProfile, type ProfileDetails } from '../../domain/profile.js';
import type { JamfSetup, Privileges } from '../../jamf/setup.js';
import { attempt, unread, worse } from '../attempt.js';
import { type Finding, fail } from '../finding.js';
import { checkGroups } from './groups.js';
import type { Tried } from '../privileges.js';
import { judgeOnly, judgeProfile, judgeSetting, judgeSubject } from './profiles.js';

/** What the check of the mechanism overlap found for one watched profile. */
export interface OverlapCheckDeps {
  findings: Finding[];
  /** The blue and the green profile from Jamf Pro; `null` if a profile could not be read. */
  blue: ProfileDetails | null;
  green: ProfileDetails | null;
  profiles: Tried;
  groups: Tried;
}

/**
 * Checks a watched profile. Without a second profile, checks the profile alone. With a second profile, checks the
 * requirements of the mechanism `overlap`: each profile alone, both profiles as a pair, and the two groups. Changes
 * nothing.
 */
export async function checkOverlap(
  jamf: JamfSetup,
  name: string,
  settings: Pick<
    InstanceConfig['profiles'][string],
    'profile' | 'overlap' | 'cycle' | 'subject' | 'mechanisms' | 'window'
  >,
  told: Privileges | null,
): Promise<OverlapCheckDeps> {
  const { profile, overlap, cycle } = settings;
  if (overlap === undefined) {
    const { value, error, tried } = await attempt(() => jamf.readProfile(profile));
    const key = { setting: 'profile', id: profile };
    const findings = value
      ? [
          ...judgeOnly(name, value),
          ...judgeSubject(`profile ${name}`, value, settings),
          ...judgeSetting(name, value, settings.window),
        ]
      : unreadProfile(`profile ${name}`, error, key);
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
      ...unreadProfile(`profile ${name} blue`, blue.error, {
        setting: 'the first profile',
        id: overlap.blue,
      }),
      ...unreadProfile(`profile ${name} green`, green.error, { setting: 'overlap.green', id: overlap.green }),
      ...(pair ? judgeProfile(name, pair) : []),
      ...(blue.value ? judgeSubject(`profile ${name} blue`, blue.value, settings) : []),
      ...(green.value ? judgeSubject(`profile ${name} green`, green.value, settings) : []),
      ...groups.findings,
    ],
    blue: blue.value,
    green: green.value,
    profiles: worse(blue.tried, green.tried),
    groups: groups.tried,
  };
}

/** Reports a profile that could not be read. An ID that Jamf Pro does not have is an error of the configuration. */
function unreadProfile(
  check: string,
  error: JamfError | null,
  { setting, id }: { setting: string; id: string },
): Finding[] {
  if (error?.status !== 404) return unread(check, error);
  return [
    fail(
      check,
      noSuchProfile([id]),
      `Correct ${setting} in the configuration. Until then, no Mac is assessed for this profile.`,
    ),
  ];
}
