import type { KnownComputer } from './known.js';
import { isIdentifier } from './mac-records.js';

/** Fields that can be searched, with the first letter of their index entries. */
const KINDS = { serialNumber: 's', udid: 'd', name: 'n', user: 'u' } as const;

type TermKind = keyof typeof KINDS;

/** A field that users can search by prefix. */
export type SearchKind = Exclude<TermKind, 'udid'>;

/** Separates the term and the ID in an index entry. Normalized terms never contain this character. */
const SEPARATOR = '\u0001';
/** Maximum length of a term, in bytes. Redis stores a sorted set in compact form only while no member exceeds 64 bytes. */
const MAX_TERM_BYTES = 48;

/**
 * Returns the index entries of a Mac, sorted, without duplicates. An entry consists of the letter of the field, the normalized term and
 * the ID. Names and users have one term for each of their first words. Such a term also contains all words that follow. A term with which
 * another term of the same field begins has no entry. A placeholder instead of a serial number or UDID has no entry. A retired Mac has
 * entries only for serial number and UDID.
 */
export function entriesOf(computer: KnownComputer | null): readonly string[] {
  if (computer === null) return [];
  const { id, serialNumber, udid, name, username, realName, email, retiredAt } = computer;
  const living = retiredAt === null;
  const terms = [
    ...exact('serialNumber', serialNumber),
    ...exact('udid', udid),
    ...(living ? words('name', [name]) : []),
    ...(living ? words('user', [username, realName, email]) : []),
  ];
  const sorted = [...new Set(terms)].sort();
  const longest = sorted.filter((term, index) => {
    const next = sorted[index + 1];
    return !isPrefixed(term) || next === undefined || !next.startsWith(term);
  });
  return longest.map((term) => `${term}${SEPARATOR}${id}`);
}

/** Returns the prefix of all index entries that match a search text; `''` for an empty text. */
export function prefixOf(kind: TermKind, text: string): string {
  const folded = kind === 'udid' ? packedUdid(text) : kind === 'serialNumber' ? fold(text) : plain(text);
  return folded === '' ? '' : cut(KINDS[kind] + folded);
}

/** Returns the prefix of the index entries whose term equals the text, or `''` if the text cannot identify a Mac. */
export function wholeOf(kind: 'serialNumber' | 'udid', text: string): string {
  const prefix = isIdentifier(text) ? prefixOf(kind, text) : '';
  return prefix === '' ? '' : prefix + SEPARATOR;
}

/**
 * Returns the first index entry of a Mac that matches a search. The search returns a Mac only for this entry, so that each Mac appears
 * once.
 */
export function firstEntryOf(computer: KnownComputer, kind: SearchKind, text: string): string | undefined {
  const prefix = prefixOf(kind, text);
  return entriesOf(computer).find((entry) => entry.startsWith(prefix));
}

/** Returns the prefix of all index entries of a field. */
export function allOf(kind: SearchKind): string {
  return KINDS[kind];
}

/**
 * Returns the index entry that determines the position of a Mac in a list sorted by a field: its serial number,
 * its full name, or its username (otherwise real name or email address).
 */
export function anchorOf(computer: KnownComputer, kind: SearchKind): string | undefined {
  const { serialNumber, name, username, realName, email } = computer;
  const texts = { serialNumber: [serialNumber], name: [name], user: [username, realName, email] }[kind];
  const prefix = texts.map((text) => prefixOf(kind, text)).find((candidate) => candidate !== '');
  return prefix === undefined ? undefined : entriesOf(computer).find((entry) => entry.startsWith(prefix));
}

/** Whether a search by this field and text finds the Mac. */
export function isFoundBy(computer: KnownComputer, kind: SearchKind, text: string): boolean {
  return prefixOf(kind, text) !== '' && firstEntryOf(computer, kind, text) !== undefined;
}

/** Returns the ID of the Mac in an index entry. */
export function idOf(entry: string): string {
  return entry.slice(entry.indexOf(SEPARATOR) + 1);
}

/** Normalizes a serial number or UDID: trims it and converts it to upper case. */
function fold(text: string): string {
  return text.replace(/\p{C}/gu, '').trim().toUpperCase();
}

/** Normalizes a name to lower-case words: `Jane.Doe`, `jane-doe` and `Jane Doe` are equal. */
function plain(text: string): string {
  return beforeAt(text)
    .normalize('NFKD')
    .replace(/[\p{M}\p{C}’']/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Removes the domain of an email address, because most users of a fleet have the same domain. */
function beforeAt(text: string): string {
  return text.split('@')[0] ?? '';
}

const UUID = /^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;

const UDID_LETTERS = 11;

/** Shortens a UDID to 66 of its bits, which are sufficient to identify a Mac. The record contains the full UDID for verification. */
function packedUdid(udid: string): string {
  const folded = fold(udid);
  return UUID.test(folded)
    ? Buffer.from(folded.replaceAll('-', ''), 'hex').toString('base64url').slice(0, UDID_LETTERS)
    : folded;
}

const exact = (kind: 'serialNumber' | 'udid', text: string): string[] => {
  const term = isIdentifier(text) ? prefixOf(kind, text) : '';
  return term === '' ? [] : [term];
};

/** Maximum number of words with an index entry. The later words of Mac names are usually the same for all Macs. */
const MAX_WORDS = { name: 2, user: 3 } as const;

function words(kind: 'name' | 'user', texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    const all = plain(text).split(' ');
    return Array.from({ length: Math.min(all.length, MAX_WORDS[kind]) }, (_, first) =>
      cut(KINDS[kind] + all.slice(first).join(' ')),
    ).filter((term) => term.length > 1);
  });
}

const isPrefixed = (term: string): boolean => term.startsWith(KINDS.name) || term.startsWith(KINDS.user);

/** Cuts a term to the maximum number of bytes without splitting a character. */
function cut(term: string): string {
  const bytes = Buffer.from(term, 'utf8');
  if (bytes.length <= MAX_TERM_BYTES) return term;
  return bytes
    .subarray(0, MAX_TERM_BYTES)
    .toString('utf8')
    .replace(/\uFFFD+$/u, '');
}
