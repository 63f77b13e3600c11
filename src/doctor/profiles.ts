import type { AuditFinding } from '../domain/audit/rules.js';
import { auditWatched } from '../domain/audit/watched.js';
import type { Pair } from '../domain/audit/pair.js';
import type { ComputerGroup } from '../domain/profile.js';
import { type Finding, fail, ok, warn } from './finding.js';

/** Judges the two halves of a watched profile by the profile audit. Pure. */
export function judgeProfile(name: string, pair: Pair): Finding[] {
  const { blue, green, pair: together } = auditWatched(pair);
  return [
    ...judgePart(`profile ${name} blue`, blue, 'set as Okta asks for'),
    ...judgePart(`profile ${name} green`, green, 'set as Okta asks for'),
    ...judgePart(
      `profile ${name} pair`,
      together,
      'blue and green ask for the same certificate, and their scopes fit',
    ),
  ];
}

function judgePart(check: string, findings: readonly AuditFinding[], good: string): Finding[] {
  if (findings.length === 0) return [ok(check, good)];
  return findings.map(({ severity, said, why, todo }) =>
    (severity === 'error' ? fail : warn)(check, said, `${todo} ${why}`),
  );
}

/** Judges one of the groups. Pure. */
export function judgeGroup(
  profile: string,
  purpose: 'joinGreen' | 'leaveBlue' | 'exclude',
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
