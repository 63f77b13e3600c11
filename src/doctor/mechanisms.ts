import type { ProfileConfig } from '../config/sections/profile.js';
import type { ComputerGroup, Profile } from '../domain/profile.js';
import type { JamfSetup } from '../jamf/setup.js';
import { attempt, unread } from './attempt.js';
import { type Finding, fail, ok, warn } from './finding.js';
import type { Tried } from './privileges.js';
import { judgeGroup } from './profiles.js';

/** What is looked at: the configuration, and the two halves as Jamf has them (`null` when they could not be read). */
export interface MechanismsLook {
  profile: string;
  policy: Pick<ProfileConfig, 'mechanisms' | 'cycle'>;
  blue: Profile | null;
  green: Profile | null;
}

/** Looks at what the mechanisms of a watched profile need before one of them is used the first time. Nothing is written. */
export async function checkMechanisms(
  jamf: Pick<JamfSetup, 'readGroup'>,
  look: MechanismsLook,
): Promise<{ findings: Finding[]; tried: Tried }> {
  const { profile, policy } = look;
  const allowed = judgeAllowed(look);
  if (policy.cycle === undefined) return { findings: allowed, tried: 'unknown' };
  const { exclude } = policy.cycle;
  const { value: group, error, tried } = await attempt(() => jamf.readGroup(exclude));
  return {
    findings: [
      ...allowed,
      ...unread(`profile ${profile} group exclude`, error),
      ...(group ? judgeExclusionGroup(profile, group) : []),
      ...judgeExclusion(look, exclude),
    ],
    tried,
  };
}

/** Judges which mechanisms are allowed. Pure. */
export function judgeAllowed({ profile, policy: { mechanisms, cycle } }: MechanismsLook): Finding[] {
  const check = `profile ${profile} mechanisms`;
  const said = mechanisms.join(', ');
  if (cycle !== undefined && !mechanisms.includes('cycle'))
    return [
      warn(
        check,
        `${said}; cycle is set up and not allowed`,
        'Add cycle to mechanisms, or take its settings away. Whoever is found in its group is taken out either way.',
      ),
    ];
  if (mechanisms.includes('overlap')) return [ok(check, said)];
  return [
    warn(
      check,
      `${said}, and overlap is not among them`,
      'Without overlap a certificate is renewed only after an install has failed, or in its last days: add overlap.',
    ),
  ];
}

function judgeExclusionGroup(profile: string, group: ComputerGroup): Finding[] {
  const check = `profile ${profile} group exclude`;
  const judged = judgeGroup(profile, 'exclude', group);
  if (group.smart || group.computerIds.length === 0) return [judged];
  return [
    warn(
      check,
      `"${group.name}" (${group.id}) has ${group.computerIds.length} members: those without a lease are taken out when a worker starts, and get their profile`,
      'Give cycle a group of its own that nobody else uses.',
    ),
  ];
}

/** Judges whether joining the group takes the profile away from a Mac, whichever of the two it has. Pure. */
export function judgeExclusion({ profile, blue, green }: MechanismsLook, exclude: string): Finding[] {
  return [blue, green].flatMap((half, index) => {
    if (half === null) return [];
    const check = `profile ${profile} cycle`;
    const title = `"${half.name}" (${half.id}, ${index === 0 ? 'blue' : 'green'})`;
    if (half.scope.groupIds.includes(exclude))
      return [
        fail(
          check,
          `the exclusion group ${exclude} is a target of ${title}`,
          'Take it out of the targets and exclude it: a Mac that joins it must lose the profile.',
        ),
      ];
    return half.scope.exclusions.groupIds.includes(exclude)
      ? [ok(check, `${title} excludes the group ${exclude}`)]
      : [
          fail(
            check,
            `${title} does not exclude the group ${exclude}`,
            'Add it to the exclusions of the profile: until then cycle is not used for a Mac that has it.',
          ),
        ];
  });
}
