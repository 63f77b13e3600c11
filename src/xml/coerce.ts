import { z } from 'zod';

// What the lenient parsers of Jamf Pro responses and of webhooks share. Jamf Pro writes the same value as text, number or boolean, depending
// on the version and on JSON or XML.

/** Any value; the key may be missing. */
export const anything = z.unknown().optional();

/** Returns a text, number or boolean as trimmed text; `''` for other types and for numbers that are not finite. */
export function wordOf(value: unknown): string {
  return scalarOf(value).trim();
}

/** As `wordOf`, not trimmed. */
export function scalarOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || Number.isFinite(value) ? String(value) : '';
}

/** True if a value is an object, but not an array or null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
