import type { Certificate } from './computer.js';
import type { WatchedProfile } from './watched.js';

/** A certificate issued later than this after now is not believed: a clock is wrong somewhere. */
const FUTURE_MS = 10 * 60_000;

const COMMON_NAME = /(?:^|[,/+])\s*(?:CN|(?:OID\.)?2\.5\.4\.3)\s*=\s*"?([^,/+"]*)/giu;
const UTF8 = new TextDecoder();
const BARE_UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The certificate that counts for a profile, and how many were in the running. */
export interface Counting {
  certificate: Certificate | null;
  /** Duplicates and expired leftovers included; without what is no identity, inactive, or from the future. */
  matching: number;
}

/**
 * Among all certificates that belong to a watched profile the one that expires last. Acting on the first match re-enrolled Macs at
 * every check-in elsewhere. One without an expiry date loses against every one with a date.
 * The order of the certificates does not matter: ties go to the later issued, then to the greater serial number.
 */
export function countingCertificate(
  certificates: readonly Certificate[],
  watched: Pick<WatchedProfile, 'blue' | 'green' | 'policy'>,
  now: number,
): Counting {
  const matching = matchingCertificates(certificates, watched, now);
  return { certificate: matching[0] ?? null, matching: matching.length };
}

/** The certificates that belong to a watched profile and could count, the one that does first: it expires last. */
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
 * Whether a subject belongs to a watched profile: it contains the identifier of blue or green, else it matches the configured pattern.
 * Inventory has no issuer and no profile id, so the subject is the only link. A pattern never catches the MDM identity (its common
 * name is nothing but a UUID) nor Apple's own (`com.apple.…`), however wide it is.
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
  // search, not test: test would remember its position in a pattern with the flag g.
  return subject.search(pattern) !== -1 || unescaped(subject).search(pattern) !== -1;
}

/** A subject as a person would write it: `Doe\, Jane` and `Zo\C3\AB` without escapes (RFC 4514, 2.4), letters in one form. */
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
