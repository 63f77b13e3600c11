import type { JamfSetup, Privileges } from '../../jamf/setup.js';
import { attempt, unread, worse } from '../attempt.js';
import { type Finding, fail } from '../finding.js';
import type { Tried } from '../privileges.js';
import { judgeGroup } from './profiles.js';

const PURPOSES = ['joinGreen', 'leaveBlue'] as const;

/**
 * Checks the two static groups of a watched profile. `told`: the privileges that Jamf Pro reports for the token,
 * `null` if unknown.
 */
export async function checkGroups(
  jamf: JamfSetup,
  profile: string,
  groups: { joinGreen: string; leaveBlue: string },
  told: Privileges | null,
): Promise<{ findings: Finding[]; tried: Tried }> {
  const findings: Finding[] = [];
  let tried: Tried = 'unknown';
  for (const purpose of PURPOSES) {
    const id = groups[purpose];
    const { value: group, error, tried: one } = await attempt(() => jamf.readGroup(id));
    if (group) findings.push(judgeGroup(profile, purpose, group));
    findings.push(...unread(`profile ${profile} group ${purpose}`, error));
    // Smart groups need a different privilege. If the privilege for static groups is granted and the read is
    // refused, the group is a smart group.
    const wrongKind = one === 'refused' && told?.names.has('Read Static Computer Groups') === true;
    if (wrongKind)
      findings.push(
        fail(
          `profile ${profile} group ${purpose}`,
          `no permission to read the group ${id}, although static groups can be read; it is probably a smart group`,
          'Set the ID of a static group. The members of a smart group cannot be changed directly.',
        ),
      );
    tried = worse(tried, wrongKind ? 'unknown' : one);
  }
  return { findings, tried };
}
