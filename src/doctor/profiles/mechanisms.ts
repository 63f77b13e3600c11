import type { ProfileConfig } from '../../config/sections/profile.js';
import { exclusionFinding } from '../../domain/audit/scopes.js';
import type { ComputerGroup, Profile } from '../../domain/profile.js';
import { additionsOf } from '../../domain/redistribution/additions.js';
import type { JamfSetup } from '../../jamf/setup.js';
import { attempt, unread } from '../attempt.js';
import { type Finding, fail, ok, warn } from '../finding.js';
import type { Tried } from '../privileges.js';
import { judgeGroup } from './profiles.js';

/**
 * What the checks of the mechanisms need: the configuration, and the blue and green profile from Jamf Pro (`null`
 * if a profile could not be read).
 */
export interface MechanismsCheckDeps {
  profile: string;
  policy: Pick<ProfileConfig, 'mechanisms' | 'cycle'>;
  blue: Profile | null;
  green: Profile | null;
}

/** Checks whether the mechanisms of a watched profile would work, before they are first used. Changes nothing. */
export async function checkMechanisms(
  jamf: Pick<JamfSetup, 'readGroup'>,
  look: MechanismsCheckDeps,
): Promise<{ findings: Finding[]; tried: Tried }> {
  const { profile, policy } = look;
  const allowed = judgeAllowed(look);
  if (policy.cycle === undefined) return { findings: allowed, tried: 'unknown' };
  const { exclude } = policy.cycle;
  const { value: group, error, tried } = await attempt(() => jamf.readGroup(exclude));
  return {
    findings: [
      ...allowed,
      ...unread(`profile ${profile} group cycle.exclude`, error),
      ...(group ? judgeExclusionGroup(profile, group) : []),
      ...judgeExclusion(look, exclude),
    ],
    tried,
  };
}

/** Checks which mechanisms are enabled. Pure. */
export function judgeAllowed({ profile, policy }: MechanismsCheckDeps): Finding[] {
  const { mechanisms, cycle } = policy;
  const check = `profile ${profile} mechanisms`;
  const enabled = mechanisms.join(', ');
  if (cycle !== undefined && !mechanisms.includes('cycle'))
    return [
      warn(
        check,
        `${enabled}; cycle is configured but not enabled`,
        'Add cycle to mechanisms, or remove its settings. Recert removes Macs from the exclusion group in both cases.',
      ),
    ];
  if (mechanisms.includes('overlap')) return [ok(check, enabled)];
  if (mechanisms.includes('native'))
    return [
      ok(
        check,
        [
          `${enabled}; Jamf Pro renews the certificates, and Recert verifies each renewal.`,
          ...additionsOf(policy),
        ].join(' '),
      ),
    ];
  return [
    warn(
      check,
      `${enabled}; overlap is not enabled`,
      'Add overlap. Without overlap, a certificate is renewed only after a failed installation or in its last days.',
    ),
  ];
}

function judgeExclusionGroup(profile: string, group: ComputerGroup): Finding[] {
  const check = `profile ${profile} group cycle.exclude`;
  const judged = judgeGroup(profile, 'cycle.exclude', group);
  if (group.smart || group.computerIds.length === 0) return [judged];
  return [
    warn(
      check,
      `"${group.name}" (${group.id}) has ${group.computerIds.length} members; when a worker starts, it removes the members without a lease, and they get the profile again`,
      'Set the exclusion group of cycle to a group that has no other purpose.',
    ),
  ];
}

/** Checks that both profiles (blue and green) exclude the group, so a Mac that joins the group loses its profile. */
export function judgeExclusion({ profile, blue, green }: MechanismsCheckDeps, exclude: string): Finding[] {
  const check = `profile ${profile} cycle`;
  return [blue, green].flatMap((half) => {
    if (half === null) return [];
    const found = exclusionFinding(half, exclude);
    return found === null
      ? [ok(check, `"${half.name}" (${half.id}) excludes the group ${exclude}`)]
      : [fail(check, found.said, `${found.todo} ${found.why}`)];
  });
}
