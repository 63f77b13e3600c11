import { X509Certificate } from 'node:crypto';
import type { Certificate } from '../../domain/computer.js';

/** Certificates that a Mac reported in its declarative status. */
export interface StatusCertificates {
  certificates: readonly Certificate[];
  /** Number of entries whose certificate cannot be parsed. */
  unreadable: number;
}

/** Longest text that is parsed, in characters. A list of a hundred certificates has about 200,000. */
const MAX_LENGTH = 2 ** 20;
/** Maximum number of certificates that are parsed. */
const MAX_CERTIFICATES = 500;

const NAMES = 'identifier|subject-summary|is-identity|data|declaration-identifier|_removed';
/**
 * The start of a named value. Values are neither quoted nor escaped and may contain commas, equals signs and braces, so the text is
 * divided at the known names only.
 */
const NAMED = new RegExp(`(?:^|[\\[{,])\\s*(${NAMES})=`, 'g');
/** Base64 of a DER certificate: it begins with a SEQUENCE of 256 to 65,535 bytes. */
const BASE64_CERTIFICATE = /MII[A-Za-z0-9+/_-][A-Za-z0-9+/_\s-]{196,}={0,2}/g;
const SEQUENCE = 0x30;

/**
 * Parses the value of the status item `security.certificate.list`. Apple documents the entries, but Jamf does not
 * document the text in which it returns them: it resembles Java's `Map.toString`. Therefore JSON and several variants
 * of this text are accepted, and as a last resort any base64 certificate. Never throws. The fields of a certificate
 * come from its DER encoding. Entries that cannot be parsed are only counted.
 */
export function parseStatusCertificates(value: unknown): StatusCertificates {
  if (typeof value !== 'string' && typeof value !== 'object') return { certificates: [], unreadable: 0 };
  const text = typeof value === 'string' ? value.slice(0, MAX_LENGTH) : '';
  const entries = jsonEntries(typeof value === 'string' ? text : value) ?? mapEntries(text);
  if (entries.every(({ data }) => data === undefined)) {
    const found = (text.match(BASE64_CERTIFICATE) ?? []).slice(0, MAX_CERTIFICATES);
    return { certificates: found.flatMap((data) => certificateOf(data, true) ?? []), unreadable: 0 };
  }
  const read = entries
    .filter(({ removed, data }) => !removed && data !== undefined)
    .slice(0, MAX_CERTIFICATES)
    .map(({ data = '', identity }) => certificateOf(data, identity));
  const certificates = read.filter((one) => one !== null);
  return { certificates, unreadable: read.length - certificates.length };
}

interface Entry {
  data?: string;
  identity: boolean;
  removed: boolean;
}

function jsonEntries(value: unknown): Entry[] | null {
  const list = typeof value === 'string' ? parseJson(value) : value;
  if (typeof list !== 'object' || list === null) return null;
  return [list].flat().flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const fields = new Map<string, unknown>(Object.entries(entry));
    const data = fields.get('data');
    return [
      {
        ...(typeof data === 'string' && { data }),
        identity: !isWord(fields.get('is-identity'), false),
        removed: isWord(fields.get('_removed'), true),
      },
    ];
  });
}

function isWord(value: unknown, word: boolean): boolean {
  return value === word || value === String(word);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Divides the text at the known names. A new entry begins at an opening brace, or where a name is repeated. */
function mapEntries(text: string): Entry[] {
  const names = [...text.matchAll(NAMED)];
  const entries: Map<string, string>[] = [];
  names.forEach((match, index) => {
    const [start, name = ''] = match;
    const value = text.slice(match.index + start.length, names[index + 1]?.index ?? text.length);
    const last = entries.at(-1);
    if (last === undefined || start.includes('{') || last.has(name)) entries.push(new Map([[name, value]]));
    else last.set(name, value);
  });
  return entries.map((fields) => ({
    ...(fields.has('data') && { data: fields.get('data') ?? '' }),
    identity: !/^\s*false\b/.test(fields.get('is-identity') ?? ''),
    removed: /^\s*true\b/.test(fields.get('_removed') ?? ''),
  }));
}

/**
 * Parses a base64 certificate: standard or URL-safe alphabet, with or without line breaks and padding. Returns `null`
 * if it is invalid.
 */
function certificateOf(data: string, identity: boolean): Certificate | null {
  const [base64 = ''] = /^[A-Za-z0-9+/_-]*/.exec(data.replace(/\s|\\[rn]/g, '')) ?? [];
  const der = Buffer.from(base64, 'base64');
  // Node.js also accepts PEM.
  if (der[0] !== SEQUENCE) return null;
  try {
    const parsed = new X509Certificate(der);
    // Bytes after the certificate mean that the certificate is truncated and that other text was decoded as its end.
    if (parsed.raw.length !== der.length) return null;
    return {
      subject: parsed.subject.replaceAll('\n', ','),
      serialNumber: BigInt(`0x${parsed.serialNumber}`).toString(),
      fingerprint: parsed.fingerprint.replaceAll(':', '').toLowerCase(),
      issuedAt: instantOf(parsed.validFrom),
      expiresAt: instantOf(parsed.validTo),
      identity,
      active: true,
      username: '',
    };
  } catch {
    return null;
  }
}

function instantOf(text: string): number | null {
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? null : instant;
}
