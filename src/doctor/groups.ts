import type { JamfSetup, Privileges } from '../jamf/setup.js';
import { attempt, unread, worse } from './attempt.js';
import { type Finding, fail } from './finding.js';
import type { Tried } from './privileges.js';
import { judgeGroup } from './profiles.js';

const PURPOSES = ['joinGreen', 'leaveBlue'] as const;

/** Looks at the two groups of a watched profile. */
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
    // Smart groups have privileges of their own: with this one held, it is the group that is of the wrong kind.
    const wrongKind = one === 'refused' && told?.names.has('Read Static Computer Groups') === true;
    if (wrongKind)
      findings.push(
        fail(
          `profile ${profile} group ${purpose}`,
          `the group ${id} may not be read, though static groups may be: it is most likely a smart group`,
          'Give the id of a static group: members of a smart one cannot be changed.',
        ),
      );
    tried = worse(tried, wrongKind ? 'unknown' : one);
  }
  return { findings, tried };
}
