import type { ProfileDetails } from '../profile.js';
import { scepDifferences } from '../scep.js';
import { breaks, type AuditFinding } from './rules.js';
import { greenReach, missingExclusions, type ScopedPair, scopeConflicts } from './scopes.js';

/** The two profiles of a watched profile (blue and green) with their settings, and the IDs of its groups. */
export interface Pair extends ScopedPair {
  blue: ProfileDetails;
  green: ProfileDetails;
}

/**
 * Returns findings about blue and green as a pair: their SCEP settings and their scopes. Findings about a single
 * profile are not included.
 */
export function auditPair(pair: Pair): AuditFinding[] {
  return [...settings(pair), ...scopeConflicts(pair), ...greenReach(pair), ...missingExclusions(pair)];
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
