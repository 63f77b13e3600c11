import { badRequest } from '../errors.js';
import {
  BadValueError,
  compileFilter,
  UnknownFieldError,
  type Fields,
  type Predicate,
} from '../rsql/evaluate.js';
import { FilterSyntaxError, parseFilter, type Expression } from '../rsql/parse.js';

/** A parsed filter: its expression (`null` if empty) and a test for rows. */
export interface Filter<Row> {
  expression: Expression | null;
  matches: Predicate<Row>;
}

/** Parses a `filter` parameter. Throws 400 for a syntax error, an unknown field or an invalid value. */
export function strictFilter<Row>(text: string, fields: Fields<Row>): Filter<Row> {
  try {
    const expression = parseFilter(text);
    return { expression, matches: expression ? compileFilter(expression, fields) : () => true };
  } catch (error) {
    if (error instanceof UnknownFieldError) throw badRequest(error.field, error.message);
    if (error instanceof BadValueError) throw badRequest(error.field, error.message, 'INVALID_VALUE');
    if (error instanceof FilterSyntaxError) throw badRequest('filter', error.message, 'INVALID_FILTER');
    throw error;
  }
}
