import { anything, wordOf } from '../../xml/coerce.js';

export { anything } from '../../xml/coerce.js';

/**
 * The parsers of fields in this file never fail. Jamf Pro sends spaces, `""` or `null` for unknown values and numbers
 * as text in XML, and its field types differ between versions. A value that cannot be read counts as unknown.
 */

/** Maximum length of a text field, in characters. The rest is cut off. */
const TEXT_LIMIT = 500;

/** Schema of a trimmed text; `''` when unknown. */
export const text = anything.transform(textOf);

/** Schema of a decimal ID above 0; `null` when unknown. */
export const id = anything.transform(idOf);

/**
 * Schema that collects the IDs in a value and returns them as texts, without duplicates. The value may be a single ID, a list, or an
 * object that contains either: `6`, `[6]`, `["6"]`, `{ "id": [6] }`.
 */
export const ids = anything.transform((value) => {
  const found = new Set<string>();
  collectIds(value, found, 0);
  return [...found];
});

/** Schema of a boolean, which may be written as text (`"true"`); `null` when unknown. */
export const truth = anything.transform((value) => {
  const lower = wordOf(value).toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : null;
});

/** A smaller number is a time in seconds: in milliseconds, it would be a time before 2001-09-09. */
const MIN_MS = 1e12;
/** A larger number is not a time: in milliseconds, it would be a time after the year 5138. */
const MAX_MS = 1e14;

/** Parses a time in seconds or milliseconds to epoch milliseconds; `null` when unknown. */
export function instantOf(value: unknown): number | null {
  const written = textOf(value);
  if (!/^\d{9,15}$/.test(written)) return null;
  const number = Number(written);
  const atMs = number < MIN_MS ? number * 1_000 : number;
  return atMs < MAX_MS ? atMs : null;
}

/** Returns trimmed text; `''` when unknown. A boolean is not a text. */
export function textOf(value: unknown): string {
  return typeof value === 'boolean' ? '' : wordOf(value).slice(0, TEXT_LIMIT);
}

/** Returns a decimal ID above 0, `null` when unknown. */
export function idOf(value: unknown): string | null {
  const written = textOf(value);
  return /^[1-9]\d{0,14}$/.test(written) ? written : null;
}

/** Maximum nesting of a list. In XML, Jamf Pro wraps list entries in elements that are not documented. */
const LIST_DEPTH = 3;

function collectIds(value: unknown, found: Set<string>, depth: number): void {
  if (typeof value === 'object' && value !== null) {
    if (depth < LIST_DEPTH) for (const inner of Object.values(value)) collectIds(inner, found, depth + 1);
    return;
  }
  const valid = idOf(value);
  if (valid !== null) found.add(valid);
}
