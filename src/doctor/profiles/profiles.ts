import { type AuditFinding, RULES } from '../../domain/audit/rules.js';
import { auditSettings } from '../../domain/audit/settings.js';
import { DAY_MS } from '../../domain/forecast/cells.js';
import { auditNever } from '../../domain/audit/never.js';
import { auditWatched } from '../../domain/audit/watched.js';
import type { Pair } from '../../domain/audit/pair.js';
import type { ComputerGroup, ProfileDetails } from '../../domain/profile.js';
import type { RedistributionPolicy } from '../../domain/watched.js';
import { type Finding, fail, ok, warn } from '../finding.js';

/** Runs the profile check on the blue and the green profile of a watched profile. */
export function judgeProfile(name: string, pair: Pair): Finding[] {
  const { blue, green, pair: together } = auditWatched(pair);
  return [
    ...judgePart(`profile ${name} blue`, blue, 'matches the Okta requirements'),
    ...judgePart(`profile ${name} green`, green, 'matches the Okta requirements'),
    ...judgePart(
      `profile ${name} pair`,
      // Findings of these rules are omitted here, because they are reported with the mechanism `cycle`.
      together.filter(({ rule }) => rule !== 'exclusion-target' && rule !== 'cycle-exclusion'),
      'blue and green request the same certificate, and their scopes are compatible',
    ),
  ];
}

/** Runs the profile check on a watched profile without a second profile. Pure. */
export function judgeOnly(name: string, profile: ProfileDetails): Finding[] {
  return judgePart(`profile ${name}`, auditSettings(profile), 'matches the Okta requirements');
}

/**
 * Compares the setting Redistribute Profile of Jamf Pro with the setting `window`, for a profile that only Jamf Pro
 * redistributes. Returns no finding when the payload does not contain the setting. Pure.
 */
export function judgeSetting(
  name: string,
  { scep }: ProfileDetails,
  window: RedistributionPolicy['window'],
): Finding[] {
  const days = scep?.[0]?.redistributeDays;
  if (typeof days !== 'number') return [];
  const check = `profile ${name} setting`;
  const said = `Jamf Pro redistributes the profile ${days} days before the certificate expires`;
  if (typeof window === 'object' || window === days * DAY_MS) return [ok(check, said)];
  return [
    warn(
      check,
      `${said}; the setting window is ${window / DAY_MS} days`,
      `Set window to ${days}d in the configuration, so that Recert expects a renewal when Jamf Pro starts it.`,
    ),
  ];
}

/** Returns findings about a subject that no Mac can ever request, or that Recert can never match to the profile. Pure. */
export function judgeSubject(
  check: string,
  profile: ProfileDetails,
  settings: Parameters<typeof auditNever>[1],
): Finding[] {
  return auditNever(profile, settings).map((finding) => fromAudit(check, finding));
}

function judgePart(check: string, findings: readonly AuditFinding[], good: string): Finding[] {
  return findings.length === 0 ? [ok(check, good)] : findings.map((finding) => fromAudit(check, finding));
}

/** Returns a finding of the profile check as a finding of `recert doctor` and `recert init`. */
export function fromAudit(check: string, { severity, said, why, todo }: AuditFinding): Finding {
  return (severity === 'error' ? fail : warn)(check, said, `${todo} ${why}`);
}

/** Checks that a group is a static group. */
export function judgeGroup(
  profile: string,
  purpose: 'joinGreen' | 'leaveBlue' | 'cycle.exclude',
  group: ComputerGroup,
): Finding {
  const check = `profile ${profile} group ${purpose}`;
  return group.smart
    ? fail(
        check,
        `"${group.name}" (${group.id}) is a smart group`,
        `${RULES['group-kind'].todo} ${RULES['group-kind'].why}`,
      )
    : ok(check, `"${group.name}" (${group.id}) is static, ${group.computerIds.length} members`);
}
