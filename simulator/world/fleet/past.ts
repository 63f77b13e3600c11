import type { SimulatorOptions } from '../../options.js';
import type { KeychainCertificate, Profile } from '../model.js';
import { enrolsAtOkta, nextSerialNumber } from '../mdm/install.js';
import { expandSubject } from '../profiles/variables.js';
import { createRandom } from '../random.js';
import { MAX_COMMON_NAME } from '../ca/authority.js';
import { makeComputer } from './identity.js';
import { createMember, type Member } from './member.js';
import { drawPresence, presenceAt } from './presence.js';
import type { Role } from './roster.js';
import { wholeSecond } from '../seconds.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Creates the Mac of a role, without certificates and profiles. The seed and the ID determine its properties. */
export function makeMember(role: Role, options: SimulatorOptions, startAt: number): Member {
  const { seed } = options;
  const { id } = role;
  const identity = createRandom(seed, `mac ${id}`);
  const certifiedAt = startAt + role.expiresInMs - options.ca.lifetime;
  const enrolledAt = wholeSecond(certifiedAt - identity.between(0, 200 * DAY_MS));
  const computer = makeComputer(identity, { ...role, enrolledAt });
  const presence = drawPresence(createRandom(seed, `presence ${id}`), role.due, options);
  return createMember(computer, presence, createRandom(seed, `life ${id}`), role.due);
}

/** Creates a certificate that was issued before the simulation starts. */
function earlierCertificate(
  member: Member,
  profile: Profile,
  options: SimulatorOptions,
  expiresAt: number,
): KeychainCertificate {
  const { computer } = member;
  const template = profile.scep?.subject ?? '';
  const expand = (name: string) =>
    expandSubject(template, { computer: { ...computer, name }, macName: name, profile }, false);
  const own = expand(computer.name);
  // If the subject is too long for the CA, the Mac must have had a shorter name at the time of the request.
  const fits = own.attributes.every(([, value]) => value.length <= MAX_COMMON_NAME);
  const { commonName, subjectName } = fits ? own : expand(`Mac-${computer.serialNumber}`);
  const serialNumber = nextSerialNumber(options.seed, member);
  return {
    profileId: profile.id,
    commonName,
    subjectName,
    serialNumber,
    sha1Fingerprint: createRandom(serialNumber, 'fingerprint').hex(40),
    issuedAt: wholeSecond(expiresAt - options.ca.lifetime),
    expiresAt: wholeSecond(expiresAt),
    username: profile.level === 'User' ? computer.owner.username : '',
  };
}

/**
 * Adds the profiles and certificates that a Mac has before the simulation starts. An unmanaged Mac has its old
 * certificates but no profiles.
 */
export function furnish(
  member: Member,
  role: Role,
  inScope: readonly Profile[],
  context: { options: SimulatorOptions; startAt: number; scepPath: string },
): void {
  const { mac, computer, random } = member;
  const { options, startAt, scepPath } = context;
  for (const profile of inScope) {
    const okta = enrolsAtOkta(profile, scepPath);
    const expiresAt = startAt + (okta ? role.expiresInMs : random.between(40, 300) * DAY_MS);
    const certificate = profile.scep ? earlierCertificate(member, profile, options, expiresAt) : null;
    if (certificate) mac.keychain.push(certificate);
    if (okta) member.origin ??= certificate;
    if (!computer.managed) continue;
    mac.profiles.push({
      profileId: profile.id,
      displayName: profile.name,
      identifier: profile.uuid,
      uuid: profile.uuid,
      username: profile.level === 'User' ? computer.owner.username : '',
      installedAt: certificate?.issuedAt ?? computer.enrolledAt,
    });
  }
}

/** Sets the last contact and inventory times to values that are typical for the presence pattern of the Mac. */
export function setLastContacts(member: Member, options: SimulatorOptions, startAt: number): void {
  const { computer, presence, random, mac } = member;
  const { rhythm, squeeze } = options;
  const { online } = presenceAt(presence, 0, rhythm.day);
  const goneForMs = online
    ? 0
    : presence.pattern === 'away'
      ? random.between(5, 40) * DAY_MS
      : (random.between(1, 10) * HOUR_MS) / squeeze;
  const certifiedAt = Math.max(computer.enrolledAt, ...mac.keychain.map(({ issuedAt }) => issuedAt));
  const earliest = Math.min(certifiedAt + HOUR_MS, startAt);
  const before = (ms: number) => Math.max(earliest, wholeSecond(startAt - goneForMs - ms));
  computer.lastCheckInAt = before((rhythm.checkIn / squeeze) * random.next());
  computer.lastContactAt = Math.max(computer.lastCheckInAt, before((rhythm.checkIn / squeeze) * 0.1));
  computer.reportedAt = Math.min(
    computer.lastCheckInAt,
    before((rhythm.inventory / squeeze) * random.next()),
  );
}
