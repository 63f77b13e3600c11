import type { ProfileDetails } from '../profile.js';
import { breaks, type AuditFinding, type FoundComputer } from './rules.js';
import { belongsTo } from '../certificate.js';
import { routesOf } from '../redistribution/subject-fit.js';
import type { WatchedProfile } from '../watched.js';
import { formsOf, hasIdentifier, subjectOf, type SubjectFacts } from './subject.js';

/**
 * Checks the subject of a profile for each Mac in scope. Macs are added one at a time, so the fleet does not need
 * to be in memory.
 */
export interface FleetAudit {
  look(mac: SubjectFacts): void;
  result(): FleetResult;
}

/** Result of checking the subject of a profile for the Macs in its scope. */
export interface FleetResult {
  /** Number of Macs that were checked. */
  computers: number;
  findings: AuditFinding[];
  /** Sentences that explain what could not be checked. */
  unseen: string[];
}

/**
 * Creates a check of the certificate subject. Each finding counts all affected Macs and lists at most `most` of them.
 * `watched` is absent for a profile that Recert does not renew: Recert does not search for the certificates of such a
 * profile.
 */
export function createFleetAudit(
  profile: ProfileDetails,
  most = Infinity,
  watched?: Pick<WatchedProfile, 'blue' | 'green' | 'policy'>,
): FleetAudit {
  const [scep] = profile.scep ?? [];
  const pattern = scep && !hasIdentifier(scep) ? watched?.policy.subject : undefined;
  const [mechanism = 'native'] = watched ? routesOf(watched.policy) : [];
  const isSentAgain = mechanism === 'native' || mechanism === 'unstick';
  const unmatched = createList(most);
  const tooLong = createList(most);
  const blank = createList(most);
  const blankVariables = new Set<string>();
  const unkept = new Set<string>();
  let computers = 0;
  let longest = 0;
  let doubtful = 0;
  return {
    look: (mac) => {
      if (!scep) return;
      computers += 1;
      const subject = subjectOf(scep, profile, mac, isSentAgain);
      if (subject.tooLong.length > 0) tooLong.add(mac);
      else if (subject.unkept.length > 0) doubtful += 1;
      for (const { length } of subject.tooLong) longest = Math.max(longest, length);
      if (subject.blank.length > 0) blank.add(mac);
      // If Recert does not store a value in the subject, it cannot check the pattern.
      if (watched && pattern && subject.unkept.length === 0)
        if (!formsOf(subject.first).some((form) => belongsTo(form, watched))) unmatched.add(mac);
      for (const name of subject.blank) blankVariables.add(name);
      for (const name of subject.unkept) unkept.add(name);
    },
    result: () => ({
      computers,
      findings: [
        ...unmatched.findings((count) =>
          breaks(
            'subject-pattern',
            `the pattern ${String(pattern)} never matches the certificate of ${macs(count)}, whose subject is ${scep?.subject ?? ''}`,
          ),
        ),
        ...tooLong.findings((count) =>
          breaks(
            'subject-length',
            `with the mechanism ${mechanism}${halfOf(profile, watched)}, the subject is too long for ${macs(count)}: up to ${longest} characters in ${scep?.subject ?? ''}`,
          ),
        ),
        ...blank.findings((count) =>
          breaks(
            'subject-blank',
            `${macs(count)} ${count === 1 ? 'has' : 'have'} no value for ${[...blankVariables].join(', ')}`,
          ),
        ),
      ],
      unseen:
        doubtful === 0
          ? []
          : [
              `The subject length of ${macs(doubtful)}: Recert does not store the values of ${[...unkept].join(', ')}.`,
            ],
    }),
  };
}

function createList(most: number) {
  const listed: FoundComputer[] = [];
  let count = 0;
  return {
    add: ({ id, name, serialNumber }: FoundComputer) => {
      count += 1;
      if (listed.length < most) listed.push({ id, name, serialNumber });
    },
    findings: (describe: (count: number) => AuditFinding): AuditFinding[] =>
      count === 0 ? [] : [{ ...describe(count), computers: { count, listed } }],
  };
}

/** Returns whether the profile is blue or green, as part of a sentence; `''` when there is no second profile. */
function halfOf({ id }: ProfileDetails, watched?: Pick<WatchedProfile, 'blue' | 'green'>): string {
  if (!watched?.green) return '';
  return ` to ${id === watched.green.id ? 'green' : 'blue'} (profile ${id})`;
}

function macs(count: number): string {
  return count === 1 ? '1 Mac' : `${count} Macs`;
}
