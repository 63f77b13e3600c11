import { countingCertificate, sameSerialNumber } from './certificate.js';
import type { KnownComputer } from './known.js';
import type { WatchedProfile } from './watched.js';

/**
 * Returns the names of the watched profiles whose certificate on this Mac was renewed between two inventory
 * reports, by Recert or by something else: a different serial number with a later expiry, in the same enrollment.
 * A new enrollment installs all profiles again and does not count.
 */
export function renewedBetween(
  before: KnownComputer | null,
  after: KnownComputer,
  watched: readonly WatchedProfile[],
  now: number,
): readonly string[] {
  if (before === null || before.managementId !== after.managementId) return [];
  if (before.enrolledAt !== after.enrolledAt) return [];
  return watched.flatMap((profile) => {
    const old = countingCertificate(before.certificates, profile, now).certificate;
    const fresh = countingCertificate(after.certificates, profile, now).certificate;
    const renewed =
      old !== null &&
      fresh !== null &&
      fresh.serialNumber !== '' &&
      !sameSerialNumber(fresh.serialNumber, old.serialNumber) &&
      (fresh.expiresAt ?? 0) > (old.expiresAt ?? Infinity);
    return renewed ? [profile.name] : [];
  });
}
