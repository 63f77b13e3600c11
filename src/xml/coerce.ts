import { z } from 'zod';

// This file is shared by the parsers of Jamf Pro responses and of webhooks, which accept different types. Jamf Pro
// writes the same value as text, number or boolean, depending on its version and on the format (JSON or XML).

/** Schema that accepts any value; the key may also be missing. */
export const anything = z.unknown().optional();

/** Returns a text, number or boolean as trimmed text; `''` for other types and for numbers that are not finite. */
export function wordOf(value: unknown): string {
  return scalarOf(value).trim();
}

/** Like `wordOf`, but does not trim the text. */
export function scalarOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || Number.isFinite(value) ? String(value) : '';
}

/**
 * Returns a function that recognizes the values of an enumeration. Their spelling differs between versions of Jamf Pro,
 * and between JSON, XML and webhooks: `NOT_NOW`, `NotNow` and `Not Now` are the same value. The function returns `null`
 * for an unknown value.
 */
export function enumeration<Word extends string>(words: readonly Word[]): (written: string) => Word | null {
  const byLetters = new Map(words.map((word) => [lettersOf(word), word]));
  return (written) => byLetters.get(lettersOf(written)) ?? null;
}

function lettersOf(word: string): string {
  return word.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Whether a value is an object, but not an array or null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
