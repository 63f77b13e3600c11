import { auditPair } from '../domain/audit/pair.js';
import type { ProfileDetails } from '../domain/profile.js';
import type { GroupLook, Purpose } from './overlap.js';

/** What is known when the groups are there: the halves as Jamf has them, `null` when they are not named yet or not there. */
export interface OverlapFacts {
  profile: string;
  looks: readonly GroupLook[];
  blue: ProfileDetails | null;
  green: ProfileDetails | null;
  /** Ids in the configuration. */
  configured: Partial<Record<Purpose | 'blue' | 'green', string>>;
}

/**
 * What a person must do in Jamf and in the configuration, a step each, in the order in which it must be done: no API makes an equivalent
 * profile without its challenge passing through, and rewriting a scope over Classic can lose targets. Empty when everything is done.
 */
export function overlapByHand({ profile, looks, blue, green, configured }: OverlapFacts): string[] {
  const [joinGreen, leaveBlue] = [groupOf(looks, 'joinGreen'), groupOf(looks, 'leaveBlue')];
  const ids = { joinGreen: joinGreen.id, leaveBlue: leaveBlue.id };
  const found = blue && green ? auditPair({ ...ids, blue, green }) : [];
  const wrong = (rule: string) => found.filter((finding) => finding.rule === rule);
  const title = blue ? `"${blue.name}" (${blue.id})` : 'the SCEP profile in use today (blue)';
  const toGroup = `the group "${joinGreen.name}" as its only target, no exclusions`;
  return [
    ...(green
      ? [...wrong('green-scope'), ...wrong('green-exclusions')].map(
          ({ said }) => `Green: ${said}. Give "${green.name}" ${toGroup}.`,
        )
      : [
          `Green: clone ${title} in Jamf Pro, give the copy a name of its own such as "${blue?.name ?? 'Okta SCEP'} (green)", paste the secret key of Okta into Challenge, and before you save give it ${toGroup}: with the scope of blue every Mac would get it.`,
        ]),
    ...[...wrong('pair-settings'), ...wrong('pair-challenge')].map(
      ({ said, todo }) => `Both: ${said}. ${todo}`,
    ),
    ...(blue && isDone(blue, leaveBlue.id)
      ? []
      : [
          `Blue: add the group "${leaveBlue.name}" to the exclusions of ${title}, as no target. When Jamf asks, distribute to newly assigned devices only: to all would cost a certificate a Mac.`,
        ]),
    ...configuration(profile, configured, { ...ids, blue: blue?.id, green: green?.id }),
  ];
}

function groupOf(looks: readonly GroupLook[], purpose: Purpose): { id: string; name: string } {
  const look = looks.find((one) => one.purpose === purpose);
  return look?.found ?? { id: '', name: look?.name ?? '' };
}

function isDone({ scope }: ProfileDetails, leaveBlue: string): boolean {
  return scope.exclusions.groupIds.includes(leaveBlue) && !scope.groupIds.includes(leaveBlue);
}

/** The lines of the configuration that are not as they must be, ready to be pasted. */
function configuration(
  profile: string,
  configured: OverlapFacts['configured'],
  known: { joinGreen: string; leaveBlue: string; blue: string | undefined; green: string | undefined },
): string[] {
  const same = (['joinGreen', 'leaveBlue', 'blue', 'green'] as const).every(
    (name) => configured[name] !== undefined && configured[name] === known[name],
  );
  if (same) return [];
  const blue = known.blue ?? configured.blue ?? '<id of blue>';
  const green = known.green ?? '<id of green>';
  return [
    `Configuration: under profiles.${profile}, overlap: { blue: ${blue}, green: ${green}, joinGreen: ${known.joinGreen}, leaveBlue: ${known.leaveBlue} }`,
  ];
}
