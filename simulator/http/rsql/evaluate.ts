import type { Comparison, Expression, Operator } from './parse.js';

/** What a field of a row is; instants are epoch milliseconds, null and undefined mean "not there". */
type FieldValue = string | number | boolean | null | undefined;

export interface Field<Row> {
  /** `text` ignores case and knows `*`; `id` is a number written as a string; `instant` is ISO 8601 in the filter. */
  type: 'text' | 'id' | 'number' | 'boolean' | 'instant' | 'uuid';
  read: (row: Row) => FieldValue;
  /** Words allowed in the filter, spelt exactly so; anything else is a bad value. */
  words?: readonly string[];
  /** Only gt, ge, lt, le (GET /v2/mdm/commands: "any date filters must be used with gt, lt, ge, le"). */
  rangeOnly?: boolean;
}

export type Fields<Row> = Readonly<Record<string, Field<Row>>>;
export type Predicate<Row> = (row: Row) => boolean;

/** A field that the collection cannot be filtered by. */
export class UnknownFieldError extends Error {
  readonly field: string;

  constructor(field: string) {
    super(`Field ${field} cannot be used in a filter`);
    this.name = 'UnknownFieldError';
    this.field = field;
  }
}

/** A value that does not fit its field. */
export class BadValueError extends Error {
  readonly field: string;

  constructor(field: string, value: string) {
    super(`Value ${value} does not fit field ${field}`);
    this.name = 'BadValueError';
    this.field = field;
  }
}

export interface CompileOptions {
  /** `ignore`: the comparison counts as true, as GET /v2/mdm/commands does. Default `refuse`. */
  unknownFields?: 'refuse' | 'ignore';
}

/** Turns a filter into a test of one row. Throws UnknownFieldError and BadValueError, never while rows are tested. */
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

/** The ids a filter pins down by `id==` or `id=in=` on its top level, so that no fleet is walked; null when it pins none. */
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
