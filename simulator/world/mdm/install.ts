import type { Authority } from '../ca/authority.js';
import type { Member } from '../fleet/member.js';
import type { CommandError, KeychainCertificate, Profile } from '../model.js';
import { expandSubject } from '../profiles/variables.js';
import { createRandom } from '../random.js';
import { enrolmentError } from './errors.js';
import { wholeSecond } from '../seconds.js';

/** Dependencies of the installation of profiles. */
export interface InstallContext {
  seed: number | string;
  authority: Authority;
  now(): number;
}

/** Whether the SCEP payload of a profile points to the simulated CA. */
export function enrolsAtOkta(profile: Profile, scepPath: string): boolean {
  return profile.scep?.url.endsWith(scepPath) ?? false;
}

/** Serial number of the next certificate of a Mac, 128 bits in decimal; the same in every run with the same seed. */
export function nextSerialNumber(seed: number | string, member: Member): string {
  member.issued += 1;
  const random = createRandom(seed, `serial ${member.computer.id} ${member.issued}`);
  // A first hex digit from 1 to 7 keeps the ASN.1 integer positive and at 16 bytes.
  return BigInt(`0x${random.int(1, 7)}${random.hex(31)}`).toString();
}

/** A certificate of a CA that is not simulated, valid for 365 days. */
function foreignCertificate(
  serialNumber: string,
  subject: { commonName: string; subjectName: string },
  member: Member,
  profile: Profile,
  now: number,
): KeychainCertificate {
  const issuedAt = wholeSecond(now);
  return {
    profileId: profile.id,
    ...subject,
    serialNumber,
    sha1Fingerprint: createRandom(serialNumber, 'fingerprint').hex(40),
    issuedAt,
    expiresAt: issuedAt + 365 * 86_400_000,
    username: profile.level === 'User' ? member.computer.owner.username : '',
  };
}

/** Requests a new certificate, even if the Mac has a valid one, because SCEP payloads always request one. */
function enrol(
  context: InstallContext,
  member: Member,
  profile: Profile,
  redistribution: boolean,
): KeychainCertificate | CommandError | null {
  const { scep } = profile;
  if (!scep) return null;
  const facts = { computer: member.computer, macName: member.mac.name, profile };
  const { attributes, ...names } = expandSubject(scep.subject, facts, redistribution);
  const serialNumber = nextSerialNumber(context.seed, member);
  if (!enrolsAtOkta(profile, context.authority.scepPath)) {
    return foreignCertificate(serialNumber, names, member, profile, context.now());
  }
  const { certificate, outcome } = context.authority.enrol({
    computerId: member.computer.id,
    profileId: profile.id,
    subject: { attributes, ...names },
    challenge: scep.challenge,
    serialNumber,
    random: member.random,
  });
  return outcome === 'issued' ? certificate : enrolmentError(outcome, scep.url);
}

/**
 * Installs a profile on a Mac. A SCEP profile always requests a new certificate, which replaces the previous certificate of the same
 * profile. Returns the error if the request fails; the Mac then keeps its previous profile and certificate.
 */
export function installProfile(
  context: InstallContext,
  member: Member,
  profile: Profile,
  redistribution: boolean,
): CommandError | null {
  const result = enrol(context, member, profile, redistribution);
  if (result && 'errorCode' in result) return result;
  removeProfile(member, profile.id);
  const { mac, computer } = member;
  mac.profiles.push({
    profileId: profile.id,
    displayName: profile.name,
    identifier: profile.uuid,
    uuid: profile.uuid,
    username: profile.level === 'User' ? computer.owner.username : '',
    installedAt: context.now(),
  });
  if (result) mac.keychain.push(result);
  return null;
}

/** Removes a profile and its certificate from a Mac. */
export function removeProfile({ mac }: Member, profileId: number): void {
  mac.profiles = mac.profiles.filter((one) => one.profileId !== profileId);
  mac.keychain = mac.keychain.filter((one) => one.profileId !== profileId);
}
