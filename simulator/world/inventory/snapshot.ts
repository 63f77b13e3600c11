import type { Member, Snapshot } from '../fleet/member.js';
import type { Inventory, InventoryCertificate, KeychainCertificate } from '../model.js';
import { addJunk } from './junk.js';
import { isoSecond } from '../seconds.js';

const DAY_MS = 86_400_000;
/** From when on a certificate counts as expiring; how Jamf draws that line is not known. */
const EXPIRING_MS = 30 * DAY_MS;
/** How many certificates that are gone Jamf goes on showing as INACTIVE. */
const INACTIVE_KEPT = 3;

/** What the certificates of a Mac look like to Jamf when it reports now. */
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

/** Puts an inventory report on record; only here does Jamf learn of certificates, profiles, name. */
export function takeSnapshot(member: Member, now: number): void {
  const { computer, mac } = member;
  member.snapshot = { reportedAt: now, certificates: takeCertificates(member), profiles: [...mac.profiles] };
  computer.reportedAt = now;
  computer.lastContactAt = now;
  computer.name = mac.name;
}

/** A certificate as inventory shows it at a moment. */
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

/** What Jamf knows of a Mac: the last report, and the junk that every inventory carries. */
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
