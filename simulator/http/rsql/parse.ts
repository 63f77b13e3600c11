/**
 * Parser for the RSQL of `filter=…`: comparisons, `;` or `and`, `,` or `or`, parentheses. `and` has precedence over `or`.
 * Source: Jamf developer documentation, "Filtering with RSQL", and the examples in the OpenAPI description.
 */

export type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'in' | 'out';

/** A comparison such as `general.name==Mac*`. `selector` is the field name; only `in` and `out` have several values. */
export interface Comparison {
  kind: 'comparison';
  selector: string;
  operator: Operator;
  values: readonly string[];
}

interface Junction {
  kind: 'and' | 'or';
  parts: readonly Expression[];
}

/** A parsed filter: a comparison, or a conjunction or disjunction of expressions. */
export type Expression = Comparison | Junction;

/** The filter has a syntax error; `at` is the offset in the text. */
export class FilterSyntaxError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(`${message} at offset ${at}`);
    this.name = 'FilterSyntaxError';
    this.at = at;
  }
}

const OPERATORS: readonly (readonly [string, Operator])[] = [
  ['==', 'eq'],
  ['!=', 'ne'],
  ['=gt=', 'gt'],
  ['=ge=', 'ge'],
  ['=lt=', 'lt'],
  ['=le=', 'le'],
  ['=in=', 'in'],
  ['=out=', 'out'],
  ['>=', 'ge'],
  ['<=', 'le'],
  ['>', 'gt'],
  ['<', 'lt'],
];

const SELECTOR = /[A-Za-z_][\w.-]*/y;
const BARE_VALUE = /[^"'();,\s]+/y;
const SPACE = /\s*/y;
const AND = /;|and(?=[\s(])/iy;
const OR = /,|or(?=[\s(])/iy;

/** Parses a filter; returns `null` for an empty text. @throws FilterSyntaxError */
export function parseFilter(text: string): Expression | null {
  if (text.trim() === '') return null;
  const reader = createReader(text);
  const expression = readJunction(reader, 'or');
  reader.skipSpace();
  if (!reader.atEnd()) throw reader.error('Unexpected text');
  return expression;
}

type Reader = ReturnType<typeof createReader>;

function createReader(text: string) {
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) return null;
    at += found.length;
    return found;
  };
  return {
    take,
    skipSpace: () => take(SPACE),
    atEnd: () => at >= text.length,
    peek: () => text[at],
    error: (message: string) => new FilterSyntaxError(message, at),
    takeLiteral(literal: string): boolean {
      if (!text.startsWith(literal, at)) return false;
      at += literal.length;
      return true;
    },
    takeQuoted(quote: string): string {
      let value = '';
      for (let i = at + 1; i < text.length; i += 1) {
        const char = text[i] ?? '';
        if (char === '\\' && i + 1 < text.length) {
          i += 1;
          value += text[i] ?? '';
        } else if (char === quote) {
          at = i + 1;
          return value;
        } else value += char;
      }
      throw new FilterSyntaxError('Quote is not closed', at);
    },
  };
}

function readJunction(reader: Reader, kind: 'and' | 'or'): Expression {
  const readPart = () => (kind === 'or' ? readJunction(reader, 'and') : readTerm(reader));
  const parts = [readPart()];
  for (;;) {
    reader.skipSpace();
    if (reader.take(kind === 'or' ? OR : AND) === null) break;
    parts.push(readPart());
  }
  const [only] = parts;
  return parts.length === 1 && only ? only : { kind, parts };
}

function readTerm(reader: Reader): Expression {
  reader.skipSpace();
  if (!reader.takeLiteral('(')) return readComparison(reader);
  const inner = readJunction(reader, 'or');
  reader.skipSpace();
  if (!reader.takeLiteral(')')) throw reader.error('Parenthesis is not closed');
  return inner;
}

function readComparison(reader: Reader): Comparison {
  const selector = reader.take(SELECTOR);
  if (selector === null) throw reader.error('Field name expected');
  reader.skipSpace();
  const operator = OPERATORS.find(([sign]) => reader.takeLiteral(sign))?.[1];
  if (!operator) throw reader.error('Operator expected');
  const many = operator === 'in' || operator === 'out';
  const values = many ? readValueList(reader) : [readValue(reader)];
  return { kind: 'comparison', selector, operator, values };
}

function readValueList(reader: Reader): string[] {
  reader.skipSpace();
  if (!reader.takeLiteral('(')) throw reader.error('List in parentheses expected');
  const values: string[] = [];
  do {
    values.push(readValue(reader));
    reader.skipSpace();
  } while (reader.takeLiteral(','));
  if (!reader.takeLiteral(')')) throw reader.error('List is not closed');
  return values;
}

function readValue(reader: Reader): string {
  reader.skipSpace();
  const next = reader.peek();
  if (next === '"' || next === "'") return reader.takeQuoted(next);
  const value = reader.take(BARE_VALUE);
  if (value === null) throw reader.error('Value expected');
  return value;
}
