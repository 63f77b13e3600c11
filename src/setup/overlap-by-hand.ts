import { auditPair } from '../domain/audit/pair.js';
import type { ProfileDetails } from '../domain/profile.js';
import type { GroupCheck, Purpose } from './overlap.js';

/**
 * What `overlapByHand` needs to know: the groups, and the blue and green profile from Jamf Pro (`null` if a
 * profile is not configured or not found).
 */
export interface OverlapFacts {
  profile: string;
  looks: readonly GroupCheck[];
  blue: ProfileDetails | null;
  green: ProfileDetails | null;
  /** IDs of groups and profiles in the configuration. */
  configured: Partial<Record<Purpose | 'blue' | 'green', string>>;
}

/**
 * Returns the manual steps that remain in Jamf Pro and in the configuration, in the required order; empty if
 * everything is done. These steps are manual, because cloning a profile with the API would expose its challenge,
 * and changing a scope with the Classic API can lose targets.
 */
export function overlapByHand({ profile, looks, blue, green, configured }: OverlapFacts): string[] {
  const [joinGreen, leaveBlue] = [groupOf(looks, 'joinGreen'), groupOf(looks, 'leaveBlue')];
  const ids = { joinGreen: joinGreen.id, leaveBlue: leaveBlue.id };
  const found = blue && green ? auditPair({ ...ids, blue, green }) : [];
  const findingsOf = (rule: string) => found.filter((finding) => finding.rule === rule);
  const title = blue ? `"${blue.name}" (${blue.id})` : 'the SCEP profile in use today (blue)';
  const greenScope = `the group "${joinGreen.name}" as its only target, no exclusions`;
  return [
    ...(green
      ? [...findingsOf('green-scope'), ...findingsOf('green-exclusions')].map(
          ({ said }) => `Green: ${said}. Set the scope of "${green.name}" to ${greenScope}.`,
        )
      : [
          `Green: clone ${title} in Jamf Pro. Rename the copy, for example to "${blue?.name ?? 'Okta SCEP'} (green)". Paste the secret key from Okta into Challenge. Before you save, set the scope of the copy to ${greenScope}; otherwise the copy keeps the scope of the original profile, and every Mac gets it.`,
        ]),
    ...[...findingsOf('groups-exchanged'), ...findingsOf('group-kind')].map(
      ({ said, todo }) => `Configuration: ${said}. ${todo}`,
    ),
    ...[...findingsOf('pair-settings'), ...findingsOf('pair-challenge')].map(
      ({ said, todo }) => `Both: ${said}. ${todo}`,
    ),
    ...(blue && isDone(blue, leaveBlue.id)
      ? []
      : [
          `Blue: add the group "${leaveBlue.name}" to the exclusions of ${title}, not to the targets. When Jamf Pro asks, distribute to newly assigned devices only. Distributing to all would issue a new certificate to every Mac.`,
        ]),
    ...configuration(profile, configured, { ...ids, blue: blue?.id, green: green?.id }),
  ];
}

function groupOf(looks: readonly GroupCheck[], purpose: Purpose): { id: string; name: string } {
  const look = looks.find((one) => one.purpose === purpose);
  return look?.found ?? { id: '', name: look?.name ?? '' };
}

function isDone({ scope }: ProfileDetails, leaveBlue: string): boolean {
  return scope.exclusions.groupIds.includes(leaveBlue) && !scope.groupIds.includes(leaveBlue);
}

/** Returns the line to add to the configuration, ready to paste; empty if the configuration is up to date. */
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
