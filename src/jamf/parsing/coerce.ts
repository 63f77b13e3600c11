import { z } from 'zod';
import { toInstant } from './instant.js';

// Building bricks for the schemas of Jamf's answers. Each takes anything and never fails: Jamf sends "" for a missing date,
// numbers for ids, null for a missing section. What must be there is demanded by the schemas, not here.

/** Whatever stands there, nothing included: the key itself may be missing. */
export const anything = z.unknown().optional();

/** A text as it stands; blanks alone, null and what is no text are `''`, a number is written out. */
export const text = anything.transform((value) => (scalar(value).trim() === '' ? '' : scalar(value)));

/** A text without blanks around it: for names that are compared, such as serial numbers. */
export const word = anything.transform((value) => scalar(value).trim());

/** True, `"true"`, 1 or `"1"`. */
export const flag = anything.transform(
  (value) => value === true || ['true', '1'].includes(scalar(value).trim().toLowerCase()),
);

/** Epoch milliseconds or `null`, see `toInstant`. */
export const instant = anything.transform(toInstant);

/** Decimal digits of an id that names something, given as text or number; `''` when it names nothing (`-1`, `0`, words). */
export const id = anything.transform((value) => {
  const digits = scalar(value).trim();
  return isId(digits) ? digits : '';
});

/** A count, which must be there: whether an answer is complete hangs on it. */
export const count = z.union([
  z.int().min(0),
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
]);

/** Whether a text is an id of Jamf: digits, and not zero. */
export function isId(digits: string): boolean {
  return /^\d{1,18}$/.test(digits) && !/^0+$/.test(digits);
}

/** A part of a record; anything but an object, such as null, is an empty one. */
export function section<Shape extends z.core.$ZodShape>(shape: Shape) {
  return anything.transform((value) => (isObject(value) ? value : {})).pipe(z.object(shape));
}

/** The items of a list that fit; null and what is no list are empty. */
export function listOf<Schema extends z.ZodType>(item: Schema, value: unknown): z.output<Schema>[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const parsed = item.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
}

/**
 * The items of a list in a Classic answer, which comes as `[{…}]`, `[{ computer: {…} }]`, `{ computer: {…} }`, `{ computer: [{…}] }`,
 * and as `{}`, `""` or null when it is empty.
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

/** An entry of a Classic list of objects. */
export const named = z.object({ id, name: text });

/** An empty list as Classic writes it: nothing, or its size alone. */
function isEmpty(entry: Record<string, unknown>): boolean {
  return Object.keys(entry).every((key) => key === 'size');
}

/** Whether a value is an object with fields, and no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
