import type { KnownComputer } from './known.js';

/** By what a Mac is found, and the letter that its entries begin with. */
const KINDS = { serialNumber: 's', udid: 'd', name: 'n', user: 'u' } as const;

/** By what a Mac is found. */
export type TermKind = keyof typeof KINDS;

/** By the beginning of what a person may look for a Mac. */
export type SearchKind = Exclude<TermKind, 'udid'>;

/** Between a term and the id; no folded term has it. */
const SEPARATOR = '\u0001';
/** Redis keeps sorted sets packed while no member has more than 64 bytes. */
const MOST_BYTES = 48;

/**
 * Everything that the index knows of a Mac, sorted, each once: an entry is a letter, a folded term and the id. A name or a user is found
 * by the beginning of each of its first words; a term that only begins another one of the same kind needs no entry of its own.
 * A retired Mac is found by its serial number and udid alone.
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

/** What all entries begin with that a person or a webhook means. `''` when it says nothing. */
export function prefixOf(kind: TermKind, text: string): string {
  const folded = kind === 'udid' ? packedUdid(text) : kind === 'serialNumber' ? fold(text) : plain(text);
  return folded === '' ? '' : cut(KINDS[kind] + folded);
}

/** The same for a whole term and nothing longer. */
export function wholeOf(kind: TermKind, text: string): string {
  const prefix = prefixOf(kind, text);
  return prefix === '' ? '' : prefix + SEPARATOR;
}

/** The entry under which a search shows a Mac that it meets several times. */
export function firstEntryOf(computer: KnownComputer, kind: SearchKind, text: string): string | undefined {
  const prefix = prefixOf(kind, text);
  return entriesOf(computer).find((entry) => entry.startsWith(prefix));
}

/** What all entries of a kind begin with: the whole fleet, in the order of what it is found by. */
export function allOf(kind: SearchKind): string {
  return KINDS[kind];
}

/**
 * The entry at which a list in the order of a kind shows a Mac: that of its serial number, of its name as it begins, of its username (else
 * its real name, else its email address).
 */
export function anchorOf(computer: KnownComputer, kind: SearchKind): string | undefined {
  const { serialNumber, name, username, realName, email } = computer;
  const texts = { serialNumber: [serialNumber], name: [name], user: [username, realName, email] }[kind];
  const prefix = texts.map((text) => prefixOf(kind, text)).find((one) => one !== '');
  return prefix === undefined ? undefined : entriesOf(computer).find((entry) => entry.startsWith(prefix));
}

/** Whether a search of this kind for this text finds the Mac. */
export function isFoundBy(computer: KnownComputer, kind: SearchKind, text: string): boolean {
  return prefixOf(kind, text) !== '' && firstEntryOf(computer, kind, text) !== undefined;
}

/** The id in an entry. */
export function idOf(entry: string): string {
  return entry.slice(entry.indexOf(SEPARATOR) + 1);
}

/** Letter case and blanks around a serial number say nothing. */
function fold(text: string): string {
  return text.replace(/\p{C}/gu, '').trim().toUpperCase();
}

/** Names are folded to lower case and single blanks: `Jane.Doe`, `jane-doe` and `Jane Doe` are found alike. */
function plain(text: string): string {
  return beforeAt(text)
    .normalize('NFKD')
    .replace(/[\p{M}\p{C}’']/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** The domain of a mail address is that of everybody. */
function beforeAt(text: string): string {
  return text.split('@')[0] ?? '';
}

const UUID = /^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;

const UDID_LETTERS = 11;

/** A udid is longer than anything else here. 66 of its bits tell Macs apart, and the record has the whole. */
function packedUdid(udid: string): string {
  const folded = fold(udid);
  return UUID.test(folded)
    ? Buffer.from(folded.replaceAll('-', ''), 'hex').toString('base64url').slice(0, UDID_LETTERS)
    : folded;
}

const exact = (kind: TermKind, text: string): string[] => {
  const term = prefixOf(kind, text);
  return term === '' ? [] : [term];
};

/** Most words by which a name, and a user, is found: in names of Macs the later ones are those of all Macs. */
const MOST_WORDS = { name: 2, user: 3 } as const;

function words(kind: 'name' | 'user', texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    const all = plain(text).split(' ');
    return Array.from({ length: Math.min(all.length, MOST_WORDS[kind]) }, (_, first) =>
      cut(KINDS[kind] + all.slice(first).join(' ')),
    ).filter((term) => term.length > 1);
  });
}

const isPrefixed = (term: string): boolean => term.startsWith(KINDS.name) || term.startsWith(KINDS.user);

/** Not more bytes than an entry may have, and no half letter at the end. */
function cut(term: string): string {
  const bytes = Buffer.from(term, 'utf8');
  if (bytes.length <= MOST_BYTES) return term;
  return bytes
    .subarray(0, MOST_BYTES)
    .toString('utf8')
    .replace(/\uFFFD+$/u, '');
}
