import type { Member, Snapshot } from '../fleet/member.js';
import type { Inventory, InventoryCertificate, KeychainCertificate } from '../model.js';
import { addJunk } from './junk.js';
import { isoSecond } from '../seconds.js';

const DAY_MS = 86_400_000;
/** Remaining lifetime below which the status is EXPIRING. The limit of Jamf Pro is not documented. */
const EXPIRING_MS = 30 * DAY_MS;
/** Number of removed certificates that inventory keeps as INACTIVE. */
const INACTIVE_KEPT = 3;

/**
 * The certificates of an inventory report at this time: all certificates of the keychain, and the most recently
 * removed certificates as inactive.
 */
export function takeCertificates(member: Member): Snapshot['certificates'] {
  const present = new Set(member.mac.keychain.map(({ serialNumber }) => serialNumber));
  const gone = member.snapshot.certificates
    .filter(({ certificate }) => !present.has(certificate.serialNumber))
    .map(({ certificate }) => ({ certificate, active: false }));
  return [
    ...gone.slice(-INACTIVE_KEPT),
    ...member.mac.keychain.map((certificate) => ({ certificate, active: true })),
  ];
}

/** Stores an inventory report. Only a report updates the certificates, profiles and name in Jamf Pro. */
export function takeSnapshot(member: Member, now: number): void {
  const { computer, mac } = member;
  member.snapshot = { reportedAt: now, certificates: takeCertificates(member), profiles: [...mac.profiles] };
  computer.reportedAt = now;
  computer.lastContactAt = now;
  computer.name = mac.name;
}

/** A certificate in inventory format. Its status depends on `now`. */
function showCertificate(
  certificate: KeychainCertificate,
  active: boolean,
  now: number,
): InventoryCertificate {
  const leftMs = certificate.expiresAt - now;
  return {
    commonName: certificate.commonName,
    identity: true,
    expirationDate: isoSecond(certificate.expiresAt),
    username: certificate.username,
    lifecycleStatus: active ? 'ACTIVE' : 'INACTIVE',
    certificateStatus: leftMs <= 0 ? 'EXPIRED' : leftMs < EXPIRING_MS ? 'EXPIRING' : 'ISSUED',
    subjectName: certificate.subjectName,
    serialNumber: certificate.serialNumber,
    sha1Fingerprint: certificate.sha1Fingerprint,
    issuedDate: isoSecond(certificate.issuedAt),
  };
}

/** The inventory of a Mac: the last report with added irrelevant certificates. `now` is epoch milliseconds. */
export function showInventory(
  member: Member,
  context: { seed: number | string; junk: number; now: number },
): Inventory {
  const { reportedAt, certificates, profiles } = member.snapshot;
  const shown = certificates.map(({ certificate, active }) =>
    showCertificate(certificate, active, context.now),
  );
  return {
    reportedAt,
    certificates: addJunk(shown, member, context),
    configurationProfiles: profiles.map((profile) => ({
      id: profile.profileId,
      username: profile.username,
      lastInstalledAt: profile.installedAt,
      removable: false,
      displayName: profile.displayName,
      profileIdentifier: profile.identifier,
      uuid: profile.uuid,
    })),
  };
}
