import type { Comparison, Expression, Operator } from './parse.js';

/** Value of a field. Times are epoch milliseconds; `null` and `undefined` mean that the row has no value. */
type FieldValue = string | number | boolean | null | undefined;

/** A field that can be used in a filter or in a sort criterion. */
export interface Field<Row> {
  /** `text` ignores case and supports `*`; `id` is a number written as a string; `instant` is ISO 8601 in the filter. */
  type: 'text' | 'id' | 'number' | 'boolean' | 'instant' | 'uuid';
  read: (row: Row) => FieldValue;
  /** Allowed values (case-sensitive); any other value is invalid. */
  words?: readonly string[];
  /** Allows only gt, ge, lt and le. Source: OpenAPI description of GET /v2/mdm/commands. */
  rangeOnly?: boolean;
}

/** The fields of a collection by name. */
export type Fields<Row> = Readonly<Record<string, Field<Row>>>;
export type Predicate<Row> = (row: Row) => boolean;

/** The filter uses a field that the collection does not support. */
export class UnknownFieldError extends Error {
  readonly field: string;

  constructor(field: string) {
    super(`Field ${field} cannot be used in a filter`);
    this.name = 'UnknownFieldError';
    this.field = field;
  }
}

/** The filter uses a value that is invalid for its field. */
export class BadValueError extends Error {
  readonly field: string;

  constructor(field: string, value: string) {
    super(`Value ${value} is invalid for field ${field}`);
    this.name = 'BadValueError';
    this.field = field;
  }
}

/** Options of `compileFilter`. */
export interface CompileOptions {
  /** `ignore`: a comparison with an unknown field is true, as in GET /v2/mdm/commands. Default: `refuse`. */
  unknownFields?: 'refuse' | 'ignore';
}

/** Compiles a filter into a test for rows. @throws UnknownFieldError, BadValueError; the returned test does not throw */
export function compileFilter<Row>(
  expression: Expression,
  fields: Fields<Row>,
  options: CompileOptions = {},
): Predicate<Row> {
  if (expression.kind === 'comparison') {
    const field = Object.hasOwn(fields, expression.selector) ? fields[expression.selector] : undefined;
    if (field) return compileComparison(expression, field);
    if (options.unknownFields === 'ignore') return () => true;
    throw new UnknownFieldError(expression.selector);
  }
  const parts = expression.parts.map((part) => compileFilter(part, fields, options));
  return expression.kind === 'and'
    ? (row) => parts.every((part) => part(row))
    : (row) => parts.some((part) => part(row));
}

/** The IDs that a filter requires by `id==` or `id=in=` at its top level, for an index lookup; `null` if there are none. */
export function pinnedIds(expression: Expression | null, selector = 'id'): string[] | null {
  if (!expression) return null;
  if (expression.kind === 'comparison') {
    const pins = expression.operator === 'eq' || expression.operator === 'in';
    if (!pins || expression.selector !== selector) return null;
    return expression.values.some((value) => value.includes('*')) ? null : [...expression.values];
  }
  if (expression.kind === 'or') return null;
  for (const part of expression.parts) {
    const ids = pinnedIds(part, selector);
    if (ids) return ids;
  }
  return null;
}

function compileComparison<Row>(comparison: Comparison, field: Field<Row>): Predicate<Row> {
  const { operator, selector } = comparison;
  if (field.rangeOnly && !RANGES[operator]) {
    throw new BadValueError(selector, comparison.values.join());
  }
  const equals = equality(comparison, field);
  if (operator === 'eq' || operator === 'in') return (row) => equals(field.read(row));
  if (operator === 'ne' || operator === 'out') return (row) => !equals(field.read(row));
  const [text = ''] = comparison.values;
  const bound = toComparable(selector, field, text);
  const inRange = RANGES[operator];
  return (row) => {
    const value = normalise(field, field.read(row));
    return value !== null && (inRange?.(value, bound) ?? false);
  };
}

function equality<Row>(comparison: Comparison, field: Field<Row>): (value: FieldValue) => boolean {
  const wild = (text: string) => field.type === 'text' && text.includes('*');
  const patterns = comparison.values.filter(wild).map(wildcard);
  const exact = new Set(
    comparison.values
      .filter((text) => !wild(text))
      .map((text) => toComparable(comparison.selector, field, text)),
  );
  return (raw) => {
    const value = normalise(field, raw);
    if (value === null) return false;
    return exact.has(value) || patterns.some((pattern) => pattern.test(String(value)));
  };
}

function wildcard(text: string): RegExp {
  const escaped = text.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 'is');
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function toComparable<Row>(selector: string, field: Field<Row>, text: string): string | number {
  const bad = () => new BadValueError(selector, text);
  if (field.words && !field.words.includes(text)) {
    throw bad();
  }
  switch (field.type) {
    case 'text':
      return text.toLowerCase();
    case 'uuid':
      if (!UUID.test(text)) throw bad();
      return text.toLowerCase();
    case 'boolean':
      if (!/^(true|false)$/i.test(text)) throw bad();
      return text.toLowerCase();
    case 'id':
    case 'number': {
      const value = Number(text);
      if (text === '' || Number.isNaN(value)) throw bad();
      return value;
    }
    case 'instant': {
      const value = Date.parse(text);
      if (Number.isNaN(value)) throw bad();
      return value;
    }
  }
}

function normalise<Row>(field: Field<Row>, value: FieldValue): string | number | null {
  if (value === null || value === undefined) return null;
  if (field.type === 'id' || field.type === 'number') return Number(value);
  return typeof value === 'number' ? value : String(value).toLowerCase();
}

type Comparable = string | number;

const RANGES: Readonly<Partial<Record<Operator, (value: Comparable, bound: Comparable) => boolean>>> = {
  gt: (value, bound) => value > bound,
  ge: (value, bound) => value >= bound,
  lt: (value, bound) => value < bound,
  le: (value, bound) => value <= bound,
};
