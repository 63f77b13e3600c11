import type { Member } from '../fleet/member.js';
import type { InventoryCertificate } from '../model.js';
import { createRandom, type Random } from '../random.js';
import { isoSecond } from '../seconds.js';

const DAY_MS = 86_400_000;

/** Creates a certificate that is unrelated to Okta. `attributes` is the text after the common name in its subject. */
function other(
  random: Random,
  commonName: string,
  issuedAt: number,
  lifetimeDays: number,
  attributes = '',
): InventoryCertificate {
  return {
    commonName,
    identity: true,
    expirationDate: isoSecond(issuedAt + lifetimeDays * DAY_MS),
    username: '',
    lifecycleStatus: 'ACTIVE',
    certificateStatus: 'ISSUED',
    subjectName: `CN=${commonName}${attributes}`,
    serialNumber: String(1_000_000_000 + Number.parseInt(random.hex(7), 16)),
    sha1Fingerprint: random.hex(40),
    issuedDate: isoSecond(issuedAt),
  };
}

/** Text after the common name in the subject of certificates that macOS creates. Source: observed System keychains. */
const SYSTEM_IDENTITY = ',O=System Identity';

/** Certificates of every Mac: the MDM identity, whose name is a UUID, and two of macOS. */
function everyday(random: Random, enrolledAt: number): InventoryCertificate[] {
  return [
    other(random, random.uuid().toUpperCase(), enrolledAt, 2 * 365),
    other(random, 'com.apple.systemdefault', enrolledAt - 40 * DAY_MS, 20 * 365, SYSTEM_IDENTITY),
    other(random, 'com.apple.kerberos.kdc', enrolledAt - 40 * DAY_MS, 20 * 365, SYSTEM_IDENTITY),
  ];
}

/**
 * Creates oddities that were observed in inventories: unreadable certificates, copies, and leftovers of an earlier
 * certificate.
 */
function odd(
  random: Random,
  shown: readonly InventoryCertificate[],
  { origin }: Member,
): InventoryCertificate[] {
  const junk: InventoryCertificate[] = [];
  const real = shown.find(({ lifecycleStatus }) => lifecycleStatus === 'ACTIVE');
  const unreadable = other(random, '?Error_-26276?', 0, 0);
  delete unreadable.expirationDate;
  junk.push({ ...unreadable, identity: false, subjectName: '', serialNumber: '', issuedDate: '' });
  if (random.chance(0.5)) {
    junk.push({ ...unreadable, commonName: '', subjectName: 'CN=', sha1Fingerprint: '' });
  }
  const copied = random.chance(0.5);
  const withoutKey = random.chance(0.4);
  if (real && copied) junk.push({ ...real });
  if (real && withoutKey) junk.push({ ...real, identity: false });
  if (!origin) return junk;
  const { commonName, subjectName, expiresAt } = origin;
  const same = { commonName, subjectName };
  if (random.chance(0.6)) {
    const leftover = other(random, '', expiresAt - 800 * DAY_MS, 365);
    junk.push({ ...leftover, ...same, certificateStatus: 'EXPIRED' });
  }
  if (random.chance(0.4)) {
    // The certificate was removed from the Mac but expires later: a client that ignores lifecycleStatus selects
    // the wrong certificate.
    const gone = other(random, '', expiresAt - 340 * DAY_MS, 365);
    junk.push({ ...gone, ...same, lifecycleStatus: 'INACTIVE' });
  }
  return junk;
}

/**
 * Adds irrelevant certificates to the inventory of a Mac. They are derived from the seed at every call, so that they are stable and
 * need no memory for 100,000 Macs.
 */
export function addJunk(
  shown: readonly InventoryCertificate[],
  member: Member,
  { seed, junk }: { seed: number | string; junk: number },
): InventoryCertificate[] {
  const { id, managementId, enrolledAt } = member.computer;
  const random = createRandom(seed, `junk ${id}`);
  // The seed contains the management ID, because a Mac gets a new MDM identity when it is enrolled again.
  const before = everyday(createRandom(seed, `everyday ${managementId}`), enrolledAt);
  return random.chance(junk) ? [...before, ...odd(random, shown, member), ...shown] : [...before, ...shown];
}
