import type { Member } from '../fleet/member.js';
import type { Profile } from '../model.js';

const DAY_MS = 86_400_000;

/**
 * The profiles that Jamf Pro redistributes to a Mac after an inventory report, because of their Redistribute Profile setting: the last
 * reported certificate expires within the configured days. Jamf Pro does this once per certificate and does not check the result.
 */
export function nativeRedistributions(member: Member, profiles: readonly Profile[], now: number): Profile[] {
  return profiles.flatMap((profile) => {
    if (profile.redistributeDays === 0) return [];
    const last = member.snapshot.certificates
      .filter(({ active, certificate }) => active && certificate.profileId === profile.id)
      .map(({ certificate }) => certificate)
      .sort((a, b) => b.expiresAt - a.expiresAt)[0];
    if (!last || member.redistributed.has(last.serialNumber)) return [];
    if (last.expiresAt - now > profile.redistributeDays * DAY_MS) return [];
    member.redistributed.add(last.serialNumber);
    return [profile];
  });
}
