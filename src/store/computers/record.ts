import type { Certificate } from '../../domain/computer.js';
import type { KnownComputer } from '../../domain/known.js';
import { NewerRecord, UnreadableRecord } from '../../json/stored.js';
import { packedReader, packedWriter, type PackedReader, type PackedWriter } from './packed.js';

/**
 * Version of the format. Increase it when the format changes: a record in an older version counts as unknown until a
 * sweep writes it again.
 */
const FORMAT_VERSION = 2;

const KIND = 'computer';

const MANAGED = 1;
const MDM_CAPABLE = 2;
const RETIRED = 4;

/** States of a certificate in Jamf Pro. */
const INACTIVE = 1;
const REVOKED = 2;

/**
 * Fields that are written first. When a later text contains one of them, such as a certificate subject or an email
 * address, only a reference to the field is stored.
 */
const REMEMBERED = ['serialNumber', 'udid', 'name', 'username'] as const;
const TEXTS = ['managementId', 'realName', 'email', 'department', 'building'] as const;

/**
 * Packs a Mac without its ID, which is the field of the hash, and without its last contact, which is the score in a
 * separate index.
 */
export function packComputer(computer: KnownComputer): Buffer {
  const writer = packedWriter();
  writer.byte(FORMAT_VERSION);
  writer.byte(
    (computer.managed ? MANAGED : 0) |
      (computer.mdmCapable ? MDM_CAPABLE : 0) |
      (computer.retiredAt === null ? 0 : RETIRED),
  );
  for (const instant of [computer.readAt, computer.reportedAt, computer.enrolledAt]) writer.instant(instant);
  if (computer.retiredAt !== null) writer.instant(computer.retiredAt);
  for (const field of REMEMBERED) writer.remember(computer[field]);
  for (const field of TEXTS) writer.text(computer[field]);
  writeList(writer, computer.groupIds, (id) => writer.text(id));
  writeList(writer, computer.profiles, ({ id, installedAt }) => {
    writer.text(id);
    writer.instant(installedAt);
  });
  writeList(writer, computer.certificates, (certificate) => writeCertificate(writer, certificate));
  writeList(writer, Object.entries(computer.matching), ([profile, matching]) => {
    writer.text(profile);
    writer.count(matching);
  });
  // Few Macs have these fields, so they are written last and only when they are set.
  const missing = Object.entries(computer.missingSince ?? {});
  const { declared = [] } = computer;
  const marks = marksOf(computer.certificates);
  if (missing.length > 0 || declared.length > 0 || marks.length > 0)
    writeList(writer, missing, ([profile, since]) => {
      writer.text(profile);
      writer.instant(since);
    });
  if (declared.length > 0 || marks.length > 0)
    writeList(writer, declared, ({ serialNumber, at }) => {
      writer.text(serialNumber);
      writer.instant(at);
    });
  if (marks.length > 0)
    writeList(writer, marks, ({ index, mark }) => {
      writer.count(index);
      writer.byte(mark);
    });
  return writer.bytes();
}

/**
 * Unpacks a Mac. Returns `null` when the data is in an older version of the format.
 *
 * @throws NewerRecord for a newer version, and UnreadableRecord for damaged data
 */
export function unpackComputer(
  id: string,
  lastContactAt: number | null,
  bytes: Buffer,
): KnownComputer | null {
  const reader = packedReader(bytes);
  const found = bytes[0] ?? 0;
  if (found > FORMAT_VERSION) throw new NewerRecord(KIND, id, { found, known: FORMAT_VERSION });
  if (found < FORMAT_VERSION) return null;
  try {
    return readComputer(reader, id, lastContactAt);
  } catch (error) {
    if (error instanceof RangeError) throw new UnreadableRecord(KIND, id, error.message);
    throw error;
  }
}

function readComputer(reader: PackedReader, id: string, lastContactAt: number | null): KnownComputer {
  reader.byte();
  const flags = reader.byte();
  const readAt = reader.instant() ?? 0;
  const reportedAt = reader.instant();
  const enrolledAt = reader.instant();
  const retiredAt = (flags & RETIRED) === 0 ? null : reader.instant();
  const [serialNumber, udid, name, username] = REMEMBERED.map(() => reader.remember()) as Four;
  const [managementId, realName, email, department, building] = TEXTS.map(() => reader.text()) as Five;
  const computer: KnownComputer = {
    id,
    udid,
    serialNumber,
    managementId,
    name,
    username,
    realName,
    email,
    department,
    building,
    managed: (flags & MANAGED) !== 0,
    mdmCapable: (flags & MDM_CAPABLE) !== 0,
    enrolledAt,
    reportedAt,
    lastContactAt,
    readAt,
    retiredAt,
    groupIds: readList(reader, () => reader.text()),
    profiles: readList(reader, () => ({ id: reader.text(), installedAt: reader.instant() })),
    certificates: readList(reader, () => readCertificate(reader)),
    matching: Object.fromEntries(readList(reader, () => [reader.text(), reader.count()] as const)),
    missingSince: missingIn(laterList(reader, () => [reader.text(), reader.instant() ?? 0] as const)),
    declared: laterList(reader, () => ({ serialNumber: reader.text(), at: reader.instant() ?? 0 })),
  };
  for (const { index, mark } of laterList(reader, () => ({ index: reader.count(), mark: reader.byte() })) ??
    []) {
    const certificate = computer.certificates[index];
    if (certificate === undefined) throw new RangeError(`no certificate ${index}`);
    if ((mark & INACTIVE) !== 0) certificate.active = false;
    if ((mark & REVOKED) !== 0) certificate.revoked = true;
  }
  return computer;
}

function missingIn(
  entries: readonly (readonly [string, number])[] | undefined,
): KnownComputer['missingSince'] {
  return entries && Object.fromEntries(entries);
}

/** Returns the certificates that are inactive or revoked, by their position, with these states as a bit mask. */
function marksOf(certificates: readonly Certificate[]): { index: number; mark: number }[] {
  return certificates
    .map(({ active, revoked }, index) => ({
      index,
      mark: (active ? 0 : INACTIVE) | (revoked === true ? REVOKED : 0),
    }))
    .filter(({ mark }) => mark !== 0);
}

type Four = [string, string, string, string];
type Five = [string, string, string, string, string];

/** `identity` is not stored, because only certificates with a private key are stored. `marksOf` stores `active` and `revoked`. */
function writeCertificate(writer: PackedWriter, certificate: Certificate): void {
  writer.text(certificate.subject);
  writer.text(certificate.serialNumber);
  writer.text(certificate.fingerprint);
  writer.text(certificate.username);
  writer.instant(certificate.issuedAt);
  writer.instant(certificate.expiresAt);
}

function readCertificate(reader: PackedReader): Certificate {
  return {
    subject: reader.text(),
    serialNumber: reader.text(),
    fingerprint: reader.text(),
    username: reader.text(),
    issuedAt: reader.instant(),
    expiresAt: reader.instant(),
    identity: true,
    active: true,
  };
}

function writeList<T>(writer: PackedWriter, items: readonly T[], write: (item: T) => void): void {
  writer.count(items.length);
  items.forEach((item) => write(item));
}

function readList<T>(reader: PackedReader, read: () => T): T[] {
  return Array.from({ length: reader.count() }, read);
}

/** Reads a list that was added to the format later; `undefined` when it is absent or empty. */
function laterList<T>(reader: PackedReader, read: () => T): T[] | undefined {
  const list = reader.atEnd() ? [] : readList(reader, read);
  return list.length === 0 ? undefined : list;
}
