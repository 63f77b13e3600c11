import type { Member } from '../fleet/member.js';
import type { Profile } from '../model.js';

const DAY_MS = 86_400_000;

/**
 * The profiles that Jamf itself redistributes to a Mac after an inventory report: those with
 * the setting on, whose certificate, as far as Jamf knows, expires within so many days. It does so
 * once for a certificate and never looks at what came of it.
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
