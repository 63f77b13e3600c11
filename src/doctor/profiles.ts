import type { ComputerGroup, Profile } from '../domain/profile.js';
import { scepDifferences, type ScepSettings } from '../domain/scep.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** A watched profile as configured, and what Jamf says of its two halves. */
export interface ProfileFacts {
  /** Name in our configuration. */
  name: string;
  joinGreen: string;
  leaveBlue: string;
  blue: Profile;
  green: Profile;
  /** Their SCEP payloads, `null` when they could not be read. */
  blueScep: readonly ScepSettings[] | null;
  greenScep: readonly ScepSettings[] | null;
}

/** Judges the two halves of a watched profile. Pure. */
export function judgeProfile(facts: ProfileFacts): Finding[] {
  return [judgeLevel(facts), ...judgeScep(facts), judgeGreenScope(facts), judgeBlueScope(facts)];
}

function judgeLevel({ name, blue, green }: ProfileFacts): Finding {
  const check = `profile ${name} level`;
  const users = [blue, green].filter(({ level }) => level === 'User');
  if (users.length === 0) return ok(check, 'both are at computer level');
  return fail(
    check,
    `${users.map(titleOf).join(' and ')} ${users.length === 1 ? 'is' : 'are'} at user level`,
    'Okta Device Access needs the certificate in the system keychain: make the profile at computer level.',
  );
}

function judgeScep({ name, blue, green, blueScep, greenScep }: ProfileFacts): Finding[] {
  const check = `profile ${name} SCEP`;
  if (blueScep === null || greenScep === null) return [];
  const odd = [
    { profile: blue, scep: blueScep },
    { profile: green, scep: greenScep },
  ].filter(({ scep }) => scep.length !== 1);
  if (odd.length > 0)
    return odd.map(({ profile, scep }) =>
      scep.length === 0
        ? fail(check, `${titleOf(profile)} has no SCEP payload`, 'Are blue and green the right ids?')
        : warn(
            check,
            `${titleOf(profile)} has ${scep.length} SCEP payloads`,
            'Keep one in each profile: only one certificate is watched.',
          ),
    );
  const [ofBlue] = blueScep;
  const [ofGreen] = greenScep;
  if (!ofBlue || !ofGreen) return [];
  const bare = [
    { profile: blue, scep: ofBlue },
    { profile: green, scep: ofGreen },
  ].filter(({ scep }) => scep.challengeMark === null);
  if (bare.length > 0)
    return bare.map(({ profile }) =>
      fail(check, `${titleOf(profile)} has no challenge`, 'Write the static challenge of the CA into it.'),
    );
  const differences = scepDifferences(ofBlue, ofGreen);
  if (differences.length === 0) return [ok(check, 'blue and green ask the CA for the same certificate')];
  return differences.map(({ what, fatal }) =>
    fatal
      ? fail(
          check,
          `blue and green have different ${what}s for one URL: one of them is wrong`,
          `Write the same ${what} into both.`,
        )
      : warn(
          check,
          `blue and green differ in ${what}`,
          'Make them alike, unless it is meant: a Mac moves from one to the other at every renewal.',
        ),
  );
}

function judgeGreenScope({ name, green, joinGreen }: ProfileFacts): Finding {
  const check = `profile ${name} scope of green`;
  const { scope } = green;
  const todo = `Make the static group ${joinGreen} (joinGreen) its only target: whoever is in the scope gets it, on every change.`;
  if (scope.allComputers) return fail(check, `${titleOf(green)} goes to all computers`, todo);
  const others = [
    ...(scope.groupIds.some((id) => id !== joinGreen) ? ['other groups'] : []),
    ...(scope.computerIds.length > 0 ? ['single computers'] : []),
    ...(scope.departments.length > 0 ? ['departments'] : []),
    ...(scope.buildings.length > 0 ? ['buildings'] : []),
  ];
  if (others.length > 0) return fail(check, `${titleOf(green)} goes to ${others.join(', ')}, too`, todo);
  if (!scope.groupIds.includes(joinGreen))
    return fail(check, `${titleOf(green)} does not go to the group ${joinGreen}`, todo);
  const { exclusions } = scope;
  const { computerIds, groupIds, departments, buildings } = exclusions;
  const excludes = [computerIds, groupIds, departments, buildings].some((ids) => ids.length > 0);
  if (!excludes) return ok(check, `exactly the group ${joinGreen}`);
  return warn(
    check,
    `${titleOf(green)} has exclusions`,
    'A Mac that they name never gets green, and its redistribution fails. Exclude it from blue as well, or not at all.',
  );
}

function judgeBlueScope({ name, blue, leaveBlue }: ProfileFacts): Finding {
  const check = `profile ${name} scope of blue`;
  if (blue.scope.groupIds.includes(leaveBlue))
    return fail(
      check,
      `the group ${leaveBlue} (leaveBlue) is a target of ${titleOf(blue)}`,
      'Make it an exclusion, and no target.',
    );
  return blue.scope.exclusions.groupIds.includes(leaveBlue)
    ? ok(check, `excludes the group ${leaveBlue}`)
    : fail(
        check,
        `${titleOf(blue)} does not exclude the group ${leaveBlue} (leaveBlue)`,
        'Add it to its exclusions: else a Mac that moved to green keeps blue for ever.',
      );
}

/** Judges one of the two groups. Pure. */
export function judgeGroup(
  profile: string,
  purpose: 'joinGreen' | 'leaveBlue',
  group: ComputerGroup,
): Finding {
  const check = `profile ${profile} group ${purpose}`;
  return group.smart
    ? fail(
        check,
        `"${group.name}" (${group.id}) is a smart group`,
        'Give the id of a static group: members of a smart one cannot be changed.',
      )
    : ok(check, `"${group.name}" (${group.id}) is static, ${group.computerIds.length} members`);
}

/** Id and name of a profile, for a sentence. */
function titleOf({ id, name }: Profile): string {
  return `"${name}" (${id})`;
}
