import type { Certificate } from './computer.js';
import type { WatchedProfile } from './watched.js';

/** A certificate issued more than this in the future is ignored, because its date comes from a wrong clock. */
const FUTURE_MS = 10 * 60_000;

const COMMON_NAME = /(?:^|[,/+])\s*(?:CN|(?:OID\.)?2\.5\.4\.3)\s*=\s*"?([^,/+"]*)/giu;
const UTF8 = new TextDecoder();
const BARE_UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The certificate that counts for a profile, and the number of candidates. */
export interface Counting {
  certificate: Certificate | null;
  /** Includes duplicates and expired certificates. Excludes certificates without identity, inactive ones, and those dated in the future. */
  matching: number;
}

/**
 * The certificate that expires last among all that belong to a watched profile. Inventory often lists superseded certificates too:
 * acting on the first match would renew such a Mac again and again. A certificate without an expiry date ranks below all others.
 * The result does not depend on the order of `certificates`: ties go to the later issue date, then to the greater serial number.
 */
export function countingCertificate(
  certificates: readonly Certificate[],
  watched: Pick<WatchedProfile, 'blue' | 'green' | 'policy'>,
  now: number,
): Counting {
  const matching = matchingCertificates(certificates, watched, now);
  return { certificate: matching[0] ?? null, matching: matching.length };
}

/** The candidates of `countingCertificate`, latest expiry first. */
export function matchingCertificates(
  certificates: readonly Certificate[],
  watched: Pick<WatchedProfile, 'blue' | 'green' | 'policy'>,
  now: number,
): readonly Certificate[] {
  return certificates
    .filter(
      (certificate) =>
        certificate.identity &&
        certificate.active &&
        (certificate.issuedAt ?? 0) <= now + FUTURE_MS &&
        belongsTo(certificate.subject, watched),
    )
    .sort((one, other) => compare(other, one));
}

/**
 * Whether a subject belongs to a watched profile: it contains the identifier of blue or green, or it matches the configured pattern.
 * Inventory has no issuer and no profile ID, so the subject is the only link. The pattern never matches the MDM identity (whose common
 * name is a bare UUID) or Apple's own identities (`com.apple.…`).
 */
export function belongsTo(
  subject: string,
  { blue, green, policy }: Pick<WatchedProfile, 'blue' | 'green' | 'policy'>,
): boolean {
  const folded = subject.toLowerCase();
  const named = [blue.identifier, green.identifier].some(
    (identifier) => identifier !== '' && folded.includes(identifier.toLowerCase()),
  );
  if (named) return true;
  const { subject: pattern } = policy;
  if (pattern === undefined || isForeign(subject)) return false;
  // `search` ignores `lastIndex`; `test` would keep its position if the pattern has the flag g.
  return subject.search(pattern) !== -1 || unescaped(subject).search(pattern) !== -1;
}

/** The subject without the escapes of RFC 4514, 2.4 (`Doe\, Jane`, `Zo\C3\AB`), in Unicode form NFC. */
function unescaped(subject: string): string {
  return subject
    .replace(/(?:\\[0-9a-f]{2})+/giu, (pairs) =>
      UTF8.decode(Uint8Array.from(pairs.slice(1).split('\\'), (pair) => parseInt(pair, 16))),
    )
    .replace(/\\(.)/gu, '$1')
    .normalize('NFC');
}

function isForeign(subject: string): boolean {
  const found = [...subject.matchAll(COMMON_NAME)].map(([, name]) => (name ?? '').trim());
  const names = found.length === 0 && !subject.includes('=') ? [subject.trim()] : found;
  return (
    names.some((name) => name.toLowerCase().startsWith('com.apple.')) ||
    (names.length > 0 && names.every((name) => BARE_UUID.test(name)))
  );
}

function compare(one: Certificate, other: Certificate): number {
  return (
    byInstant(one.expiresAt, other.expiresAt) ||
    byInstant(one.issuedAt, other.issuedAt) ||
    byText(one.serialNumber, other.serialNumber) ||
    byText(one.fingerprint, other.fingerprint) ||
    byText(one.subject, other.subject) ||
    byText(one.username, other.username)
  );
}

function byInstant(one: number | null, other: number | null): number {
  return (one ?? -Infinity) === (other ?? -Infinity) ? 0 : (one ?? -Infinity) - (other ?? -Infinity);
}

function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
