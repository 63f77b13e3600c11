import type { ProfileDetails, ScopeTargets } from '../profile.js';
import { scepDifferences } from '../scep.js';
import { breaks, type AuditFinding } from './rules.js';

/** The two halves of a watched profile and its groups, by their ids. */
export interface Pair {
  joinGreen: string;
  leaveBlue: string;
  /** The exclusion group of the mechanism cycle, where there is one: both halves exclude it. */
  exclude?: string | undefined;
  blue: ProfileDetails;
  green: ProfileDetails;
}

/** What the two halves of a watched profile break together. Pure. What one of them breaks alone is not told again. */
export function auditPair(pair: Pair): AuditFinding[] {
  return [...settings(pair), ...greenScope(pair), ...blueScope(pair)];
}

function settings({ blue, green }: Pair): AuditFinding[] {
  const [ofBlue, ...moreOfBlue] = blue.scep ?? [];
  const [ofGreen, ...moreOfGreen] = green.scep ?? [];
  if (!ofBlue || !ofGreen || moreOfBlue.length + moreOfGreen.length > 0) return [];
  if (ofBlue.challengeMark === null || ofGreen.challengeMark === null) return [];
  return scepDifferences(ofBlue, ofGreen).map(({ what, fatal }) =>
    fatal
      ? breaks('pair-challenge', `blue and green have different ${what}s for one URL`)
      : breaks('pair-settings', `blue and green differ in ${what}`),
  );
}

function greenScope({ green, joinGreen, exclude }: Pair): AuditFinding[] {
  const { scope } = green;
  const title = `"${green.name}" (${green.id})`;
  if (scope.allComputers) return [breaks('green-scope', `${title} goes to all computers`)];
  const others = [
    ...(scope.groupIds.some((id) => id !== joinGreen) ? ['other groups'] : []),
    ...(scope.computerIds.length > 0 ? ['single computers'] : []),
    ...(scope.departments.length > 0 ? ['departments'] : []),
    ...(scope.buildings.length > 0 ? ['buildings'] : []),
  ];
  if (others.length > 0) return [breaks('green-scope', `${title} goes to ${others.join(', ')}, too`)];
  if (!scope.groupIds.includes(joinGreen))
    return [breaks('green-scope', `${title} does not go to the group ${joinGreen}`)];
  const groupIds = scope.exclusions.groupIds.filter((id) => id !== exclude);
  return anybody({ ...scope.exclusions, groupIds })
    ? [breaks('green-exclusions', `${title} has exclusions`)]
    : [];
}

function blueScope({ blue, leaveBlue }: Pair): AuditFinding[] {
  const title = `"${blue.name}" (${blue.id})`;
  if (blue.scope.groupIds.includes(leaveBlue))
    return [breaks('blue-scope', `the group ${leaveBlue} (leaveBlue) is a target of ${title}`)];
  return blue.scope.exclusions.groupIds.includes(leaveBlue)
    ? []
    : [breaks('blue-scope', `${title} does not exclude the group ${leaveBlue} (leaveBlue)`)];
}

function anybody({ computerIds, groupIds, departments, buildings }: ScopeTargets): boolean {
  return [computerIds, groupIds, departments, buildings].some((ids) => ids.length > 0);
}
