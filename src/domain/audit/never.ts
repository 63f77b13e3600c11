import type { ProfileDetails } from '../profile.js';
import { routesOf } from '../redistribution/subject-fit.js';
import type { RedistributionPolicy } from '../watched.js';
import { breaks, type AuditFinding } from './rules.js';
import { hasCommonName, hasIdentifier, type SubjectFacts, subjectOf } from './subject.js';

/**
 * A Mac whose values are as short as possible: a serial number of Apple has at least eight characters, and a UUID
 * has 36.
 */
const SHORTEST: SubjectFacts = {
  id: '1',
  udid: '0'.repeat(36),
  managementId: '0'.repeat(36),
  serialNumber: '0'.repeat(8),
  name: 'x',
  username: '',
  realName: '',
  email: '',
};

type Settings = Pick<RedistributionPolicy, 'subject' | 'mechanisms'>;

/** Returns errors about a subject that no Mac can ever request, or that Recert can never match to the profile. */
export function auditNever(profile: ProfileDetails, settings: Settings): AuditFinding[] {
  return [...neverMatched(profile, settings), ...neverFits(profile, settings)];
}

/**
 * Returns an error if Recert cannot find the certificates of a profile: their subject has no identifier, and the
 * configuration has no pattern.
 */
export function neverMatched(
  { scep }: ProfileDetails,
  { subject }: Pick<Settings, 'subject'>,
): AuditFinding[] {
  const [first] = scep ?? [];
  if (!first || !hasCommonName(first) || hasIdentifier(first) || subject !== undefined) return [];
  return [
    breaks(
      'subject-pattern',
      `the certificates of the Macs cannot be matched: the subject ${first.subject} has no $PROFILE_IDENTIFIER, and the configuration has no pattern (setting subject)`,
    ),
  ];
}

function neverFits(profile: ProfileDetails, settings: Settings): AuditFinding[] {
  const [first] = profile.scep ?? [];
  const [mechanism = 'native'] = routesOf(settings);
  if (!first) return [];
  const { tooLong } = subjectOf(first, profile, SHORTEST, mechanism === 'native' || mechanism === 'unstick');
  return tooLong.map(({ type, length, most }) =>
    breaks(
      'subject-length',
      `with the mechanism ${mechanism}, the subject is too long for every Mac: ${type} of ${first.subject} has at least ${length} characters, at most ${most} are allowed`,
    ),
  );
}
