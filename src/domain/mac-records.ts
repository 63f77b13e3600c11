import type { KnownComputer } from './known.js';

/** The fields that determine which of several records of a Mac is in use. */
type Facts = Pick<KnownComputer, 'id' | 'retiredAt' | 'lastContactAt' | 'reportedAt' | 'enrolledAt'>;

/**
 * A record without contact for this long is outdated if another record with the same serial number had contact later.
 * Milliseconds.
 */
const SILENT_MS = 90 * 86_400_000;

/**
 * Texts that firmware and Jamf Pro report if there is no serial number or UDID, in lower case and without
 * punctuation. The texts with "system", "default" and "O.E.M." are SMBIOS defaults of boards and virtual machines.
 */
const PLACEHOLDERS = new Set([
  'not available',
  'not applicable',
  'not specified',
  'none',
  'na',
  'n a',
  'null',
  'nil',
  'undefined',
  'unknown',
  'to be filled by oem',
  'to be filled by o e m',
  'system serial number',
  'default string',
]);

/** Whether a text identifies a Mac: it is not blank, does not consist of zeros or punctuation, and is not a placeholder. */
export function isIdentifier(text: string): boolean {
  const words = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return !/^[0 ]*$/.test(words) && !PLACEHOLDERS.has(words);
}

/**
 * Sorts records with the same serial number or UDID: records that exist in Jamf Pro first, then by latest contact,
 * then by highest ID.
 */
export function currentFirst<Found extends Facts>(records: readonly Found[]): Found[] {
  return [...records].sort(
    (one, other) =>
      Number(one.retiredAt !== null) - Number(other.retiredAt !== null) ||
      contactOf(other) - contactOf(one) ||
      other.id.localeCompare(one.id, 'en', { numeric: true }),
  );
}

/**
 * Selects one of two records when no user can choose. Prefers the record with the UDID, because a serial number is not
 * unique. Returns the record with the serial number if only that one still exists in Jamf Pro.
 */
export function mostLikely<Found extends Facts>(
  withUdid: Found | null,
  withSerialNumber: Found | null,
): Found | null {
  const found = [withUdid, withSerialNumber];
  return found.find((one) => one?.retiredAt === null) ?? withUdid ?? withSerialNumber;
}

/**
 * Returns the records with one serial number that may be a Mac in use, most likely first. If there is more than one, a
 * user must choose. After a logic board was replaced, the old record still exists. It is ignored once it is retired or
 * has had no contact for a long time (see `SILENT_MS`).
 */
export function inUse<Found extends Facts>(records: readonly Found[], now: number): Found[] {
  const [first, ...others] = currentFirst(records);
  if (first === undefined) return [];
  const isLeftOver = (one: Found) =>
    one.retiredAt !== null || (contactOf(one) < now - SILENT_MS && contactOf(one) < contactOf(first));
  return [first, ...others.filter((one) => !isLeftOver(one))];
}

/** Returns sentences that several Macs have the same serial number, with their IDs. */
export function describeAmbiguity(serialNumber: string, records: readonly Facts[]): string {
  const macs = records.map((one) => {
    const at = contactOf(one);
    const contact = at === 0 ? 'no contact yet' : `last contact ${new Date(at).toISOString().slice(0, 10)}`;
    return `ID ${one.id} (${contact})`;
  });
  return `${records.length} Macs in Jamf Pro have the serial number ${serialNumber}: ${macs.join(', ')}. Use the ID instead.`;
}

function contactOf({ lastContactAt, reportedAt, enrolledAt }: Facts): number {
  return Math.max(lastContactAt ?? 0, reportedAt ?? 0, enrolledAt ?? 0);
}
