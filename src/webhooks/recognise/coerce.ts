import { z } from 'zod';

/**
 * Readers of single fields that never fail: Jamf Pro writes blanks, `""` and `null` for what it does not know, numbers as texts in XML,
 * and has changed names and types between versions (jamf-facts 1.1 to 1.4). What cannot be read is unknown.
 */

/** A field that may be missing, as it was written. */
export const anything = z.unknown().optional();

/** Longest text that is kept of a field. */
const TEXT_LIMIT = 500;

/** Text without blanks around it, `''` when unknown. */
export const text = anything.transform(textOf);

/** A decimal id above 0, `null` when unknown. */
export const id = anything.transform(idOf);

/** Every id in a list, however it is written: numbers or texts, one or many, `[6]`, `6`, `{ "id": [6] }`. Each once. */
export const ids = anything.transform((value) => {
  const found = new Set<string>();
  collectIds(value, found, 0);
  return [...found];
});

/** Whether it is true, also as text; `null` when unknown. */
export const truth = anything.transform((value) => {
  const said = String(typeof value === 'boolean' ? value : textOf(value)).toLowerCase();
  return said === 'true' ? true : said === 'false' ? false : null;
});

/** Below this an instant is in seconds: as milliseconds it would be before 2001-09-09. */
const LEAST_MS = 1e12;
/** Year 5138: above this it is no instant at all. */
const MOST_MS = 1e14;

/** Epoch milliseconds of an instant in seconds or milliseconds, `null` when unknown. */
export function instantOf(value: unknown): number | null {
  const written = textOf(value);
  if (!/^\d{9,15}$/.test(written)) return null;
  const number = Number(written);
  const atMs = number < LEAST_MS ? number * 1_000 : number;
  return atMs < MOST_MS ? atMs : null;
}

/** Text without blanks around it, `''` when unknown. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim().slice(0, TEXT_LIMIT);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return '';
}

/** A decimal id above 0, `null` when unknown. */
export function idOf(value: unknown): string | null {
  const written = textOf(value);
  return /^[1-9]\d{0,14}$/.test(written) ? written : null;
}

/** A list in XML may be wrapped in elements of any name, which is not documented; nobody nests it deeper than this. */
const LIST_DEPTH = 3;

function collectIds(value: unknown, found: Set<string>, depth: number): void {
  if (typeof value === 'object' && value !== null) {
    if (depth < LIST_DEPTH) for (const inner of Object.values(value)) collectIds(inner, found, depth + 1);
    return;
  }
  const one = idOf(value);
  if (one !== null) found.add(one);
}
