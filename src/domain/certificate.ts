import { attributesIn, subjectText } from './audit/attribute-type.js';
import type { Certificate } from './computer.js';
import type { Profile } from './profile.js';
import type { RedistributionPolicy, WatchedProfile } from './watched.js';

/**
 * A certificate whose issue date is further in the future than this is ignored, because the date comes from a
 * wrong clock. Milliseconds.
 */
const FUTURE_MS = 10 * 60_000;

const UTF8 = new TextDecoder();
const BARE_UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** What decides whether a certificate belongs to a watched profile. */
type Matchable = Pick<WatchedProfile, 'blue' | 'green'> & { policy: Pick<RedistributionPolicy, 'subject'> };

/** The certificate that Recert uses for a watched profile of a Mac, and the number of certificates that match. */
export interface Counting {
  certificate: Certificate | null;
  /**
   * Number of matching certificates, including duplicates and expired certificates. Certificates without a private
   * key on the Mac (`identity`), those with an issue date in the future, and inactive or revoked ones beside others
   * (see `matchingCertificates`) do not count.
   */
  matching: number;
}

/**
 * Returns the certificate that expires last among all that belong to a watched profile. Inventory often also lists
 * certificates that a newer one has replaced: acting on the first match would renew such a Mac again and again. A
 * certificate without an expiry date comes after all others. The result does not depend on the order of
 * `certificates`: if two expire at the same time, the later issue date decides, then the greater serial number.
 */
export function countingCertificate(
  certificates: readonly Certificate[],
  watched: Matchable,
  now: number,
): Counting {
  const matching = matchingCertificates(certificates, watched, now);
  return { certificate: matching[0] ?? null, matching: matching.length };
}

/**
 * Returns the certificates from which `countingCertificate` selects, latest expiry first. Inactive certificates count only if no
 * matching certificate is active, and revoked ones only if there is no other. The only certificate of a Mac is therefore never dropped
 * because of a state in Jamf Pro.
 */
export function matchingCertificates(
  certificates: readonly Certificate[],
  watched: Matchable,
  now: number,
): readonly Certificate[] {
  const matching = certificates.filter(
    (certificate) =>
      certificate.identity &&
      (certificate.issuedAt ?? 0) <= now + FUTURE_MS &&
      belongsTo(certificate.subject, watched),
  );
  if (matching.length < 2) return matching;
  const active = preferred(matching, (certificate) => certificate.active);
  return preferred(active, ({ revoked }) => revoked !== true).toSorted((one, other) => compare(other, one));
}

/** Returns the certificates for which `isGood` is true, or all certificates if there is none. */
function preferred(
  certificates: readonly Certificate[],
  isGood: (certificate: Certificate) => boolean,
): readonly Certificate[] {
  const good = certificates.filter(isGood);
  return good.length > 0 ? good : certificates;
}

/**
 * Whether a subject belongs to a watched profile: it contains the identifier of one of its profiles, or it matches
 * the configured pattern. Inventory contains no issuer and no profile ID, so the subject is the only link.
 * The pattern is also applied to the subject without escapes and with short attribute types. It never matches the
 * identities of Apple (`com.apple.…`). A subject whose common name is only a UUID may be the MDM identity, so the
 * pattern must depend on the type of another attribute, such as `OU=`.
 */
export function belongsTo(subject: string, watched: Matchable): boolean {
  const folded = subject.toLowerCase();
  const isNamed = ({ identifier }: Profile) => identifier !== '' && folded.includes(identifier.toLowerCase());
  if (isNamed(watched.blue) || (watched.green !== null && isNamed(watched.green))) return true;
  const { subject: pattern } = watched.policy;
  if (pattern === undefined || BARE_UUID.test(subject.trim())) return false;
  const names = commonNames(subject);
  if (names.some((name) => name.toLowerCase().startsWith('com.apple.'))) return false;
  const isBare = names.length > 0 && names.every((name) => BARE_UUID.test(name));
  return matches(subject, pattern) && !(isBare && matches(withoutOtherTypes(subject), pattern));
}

/** Minimum length of a serial number in hexadecimal notation. A shorter serial number is read only as decimal. */
const MIN_HEX_LENGTH = 16;

/**
 * Whether two serial numbers are equal, even if one is decimal and the other hexadecimal. Serial numbers from the
 * declarative status come from the certificate itself. Jamf does not document which notation inventory uses.
 */
export function sameSerialNumber(one: string, other: string, leastHex = MIN_HEX_LENGTH): boolean {
  const others = readings(other, leastHex);
  return one === other || readings(one, leastHex).some((number) => others.includes(number));
}

function readings(serialNumber: string, leastHex: number): bigint[] {
  const digits = serialNumber.replace(/[\s:]|^0x/giu, '');
  return [
    ...(/^\d+$/.test(digits) ? [BigInt(digits)] : []),
    ...(digits.length >= leastHex && /^[0-9a-f]+$/i.test(digits) ? [BigInt(`0x${digits}`)] : []),
  ];
}

function matches(subject: string, pattern: RegExp): boolean {
  const shortened = attributesIn(subject).map(([type, value]) => [type, unescaped(value)] as const);
  // Not `test`: with the flag g, it would start where its previous match ended. `search` always starts at 0.
  const forms = [subject, unescaped(subject), subjectText(shortened)];
  return forms.some((text) => text.search(pattern) !== -1);
}

/**
 * Returns the subject with `?` instead of every attribute type except CN. A pattern that still matches does not depend
 * on another attribute type.
 */
function withoutOtherTypes(subject: string): string {
  return attributesIn(subject)
    .map(([type, value]) => `${type === 'CN' ? type : '?'}=${value}`)
    .join(',');
}

/**
 * Returns the subject without the escapes of RFC 4514, 2.4 (`Doe\, Jane`, `Zo\C3\AB`), in Unicode normalization
 * form NFC.
 */
function unescaped(subject: string): string {
  return subject
    .replace(/(?:\\[0-9a-f]{2})+/giu, (pairs) =>
      UTF8.decode(Uint8Array.from(pairs.slice(1).split('\\'), (pair) => parseInt(pair, 16))),
    )
    .replace(/\\(.)/gu, '$1')
    .normalize('NFC');
}

/** Returns all common names of a subject; the whole text when it has no attributes. */
function commonNames(subject: string): string[] {
  if (!subject.includes('=')) return [subject.trim()];
  return attributesIn(subject).flatMap(([type, value]) =>
    type === 'CN' ? [value.replace(/^"(.*)"$/su, '$1').trim()] : [],
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
