import type { Member } from '../fleet/member.js';
import type { SmartGroupCriterion } from '../model.js';

const DAY_MS = 86_400_000;

/**
 * Name of the criterion for the expiry of the Okta certificate. The name is specific to the simulator, because the
 * name in Jamf Pro is not documented.
 */
export const OKTA_EXPIRY = 'Okta Certificate Expiration Date';

/** Text criteria by their lower-case name in Jamf Pro. */
const TEXTS: Record<string, (member: Member) => string> = {
  'computer name': ({ computer }) => computer.name,
  'serial number': ({ computer }) => computer.serialNumber,
  department: ({ computer }) => computer.owner.department,
  building: ({ computer }) => computer.owner.building,
  username: ({ computer }) => computer.owner.username,
  model: ({ computer }) => computer.model,
  'operating system version': ({ computer }) => computer.osVersion,
  managed: ({ computer }) => (computer.managed ? 'Managed' : 'Unmanaged'),
};

function matchText(actual: string, { searchType, value }: SmartGroupCriterion): boolean {
  const a = actual.toLowerCase();
  const b = value.toLowerCase();
  switch (searchType) {
    case 'is':
      return a === b;
    case 'is not':
      return a !== b;
    case 'like':
      return a.includes(b);
    case 'not like':
      return !a.includes(b);
    default:
      return false;
  }
}

/** The latest expiry of the active certificates of the given profiles in inventory; `null` if there are none. */
function lastExpiryAt(member: Member, profileIds: ReadonlySet<number>): number | null {
  const expiries = member.snapshot.certificates
    .filter(({ active, certificate }) => active && profileIds.has(certificate.profileId))
    .map(({ certificate }) => certificate.expiresAt);
  return expiries.length > 0 ? Math.max(...expiries) : null;
}

/** Whether a criterion matches the data of a Mac in Jamf Pro. An unknown criterion matches no Mac. */
function fits(
  criterion: SmartGroupCriterion,
  member: Member,
  oktaProfiles: ReadonlySet<number>,
  now: number,
): boolean {
  if (criterion.name === OKTA_EXPIRY) {
    const expiresAt = lastExpiryAt(member, oktaProfiles);
    if (expiresAt === null) return false;
    const days = (expiresAt - now) / DAY_MS;
    return criterion.searchType === 'in less than x days' && days < Number(criterion.value);
  }
  const read = TEXTS[criterion.name.toLowerCase()];
  return read ? matchText(read(member), criterion) : false;
}

/** Whether a Mac is a member of a smart group. Criteria are evaluated from left to right, without parentheses. */
export function matchesCriteria(
  criteria: readonly SmartGroupCriterion[],
  member: Member,
  oktaProfiles: ReadonlySet<number>,
  now: number,
): boolean {
  return criteria.reduce<boolean>((matched, criterion, index) => {
    const fit = fits(criterion, member, oktaProfiles, now);
    if (index === 0) return fit;
    return criterion.andOr === 'or' ? matched || fit : matched && fit;
  }, true);
}
