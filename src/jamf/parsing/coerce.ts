import { z } from 'zod';
import { anything, isObject, scalarOf, wordOf } from '../../xml/coerce.js';
import { toInstant } from './instant.js';

export { anything, enumeration, isObject } from '../../xml/coerce.js';

// This file contains zod schemas for the fields of Jamf Pro responses. They accept any value and never fail,
// except `count`, because Jamf Pro sends "" for a missing date, numbers for IDs and null for a missing section.
// The schemas that use them decide which fields are required.

/** A text, unchanged. A number or boolean becomes text; blank text, null and other types become `''`. */
export const text = anything.transform((value) => (wordOf(value) === '' ? '' : scalarOf(value)));

/** A trimmed text, for values that are compared, such as serial numbers. */
export const word = anything.transform(wordOf);

/** A boolean: true for `true`, `"true"`, 1 and `"1"`. */
export const flag = anything.transform((value) => ['true', '1'].includes(wordOf(value).toLowerCase()));

/** A date as epoch milliseconds or `null`; see `toInstant`. */
export const instant = anything.transform(toInstant);

/** An ID as decimal digits, from text or a number; `''` if it is not a valid ID (`-1`, `0`, words). */
export const id = anything.transform((value) => {
  const digits = wordOf(value);
  return isId(digits) ? digits : '';
});

/** A required count. Recert detects an incomplete response by its count, so a response without a count fails. */
export const count = z.union([
  z.int().min(0),
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
]);

/** True if a text is a valid Jamf Pro ID: digits only, not zero. */
export function isId(digits: string): boolean {
  return /^\d{1,18}$/.test(digits) && !/^0+$/.test(digits);
}

/** Schema of a section of a record. If the value is not an object, for example null, the section is empty. */
export function section<Shape extends z.core.$ZodShape>(shape: Shape) {
  return anything.transform((value) => (isObject(value) ? value : {})).pipe(z.object(shape));
}

/** Returns the items of a list that match the schema; empty if the value is not a list. */
export function listOf<Schema extends z.ZodType>(item: Schema, value: unknown): z.output<Schema>[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const parsed = item.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
}

/**
 * Returns the items of a list of the Classic API. Its formats are `[{…}]`, `[{ computer: {…} }]`, `{ computer: {…}
 * }` and `{ computer: [{…}] }`; an empty list is `{}`, `""` or null.
 */
export function classicList<Schema extends z.ZodType>(
  item: Schema,
  value: unknown,
  element: string,
): z.output<Schema>[] {
  const entries = [value]
    .flat()
    .filter(isObject)
    .flatMap((entry) => [entry[element] ?? (isEmpty(entry) ? [] : entry)].flat());
  return listOf(item, entries);
}

/** Schema of an entry in a Classic API list of objects. */
export const named = z.object({ id, name: text });

/** Whether an entry represents an empty list of the Classic API: an object without keys, or with the key `size` only. */
function isEmpty(entry: Record<string, unknown>): boolean {
  return Object.keys(entry).every((key) => key === 'size');
}
