import type { ProfileDetails, ScopeTargets } from '../profile.js';
import { scepDifferences } from '../scep.js';
import { breaks, type AuditFinding } from './rules.js';

/** The two profiles of a watched profile, and the IDs of its groups. */
export interface Pair {
  joinGreen: string;
  leaveBlue: string;
  /** The exclusion group of the mechanism `cycle`, if configured. Both profiles exclude it. */
  exclude?: string | undefined;
  blue: ProfileDetails;
  green: ProfileDetails;
}

/** Findings about blue and green as a pair: their SCEP settings and their scopes. Pure. Findings of one profile alone are not repeated. */
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
      ? breaks('pair-challenge', `blue and green have different ${what}s for the same URL`)
      : breaks('pair-settings', `blue and green differ in ${what}`),
  );
}

function greenScope({ green, joinGreen, exclude }: Pair): AuditFinding[] {
  const { scope } = green;
  const title = `"${green.name}" (${green.id})`;
  if (scope.allComputers) return [breaks('green-scope', `${title} targets all computers`)];
  const others = [
    ...(scope.groupIds.some((id) => id !== joinGreen) ? ['other groups'] : []),
    ...(scope.computerIds.length > 0 ? ['single computers'] : []),
    ...(scope.departments.length > 0 ? ['departments'] : []),
    ...(scope.buildings.length > 0 ? ['buildings'] : []),
  ];
  if (others.length > 0) return [breaks('green-scope', `${title} also targets ${others.join(', ')}`)];
  if (!scope.groupIds.includes(joinGreen))
    return [breaks('green-scope', `${title} does not target the group ${joinGreen} (joinGreen)`)];
  const groupIds = scope.exclusions.groupIds.filter((id) => id !== exclude);
  return hasAny({ ...scope.exclusions, groupIds })
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

function hasAny({ computerIds, groupIds, departments, buildings }: ScopeTargets): boolean {
  return [computerIds, groupIds, departments, buildings].some((ids) => ids.length > 0);
}
