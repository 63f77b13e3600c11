import { badRequest } from '../errors.js';

type Query = Readonly<Record<string, unknown>>;

/** Zero-based page number and page size. */
export interface Page {
  page: number;
  size: number;
}

/** Jamf Pro reduces a larger page size to this value without an error. */
const MAX_PAGE_SIZE = 2000;
const DEFAULT_PAGE_SIZE = 100;

/** Page and page size of a query. Throws 400 for an invalid value. */
export function pageOf(query: Query): Page {
  const page = integer(query, 'page', 0);
  const size = integer(query, 'page-size', DEFAULT_PAGE_SIZE);
  if (size < 1) throw badRequest('page-size', 'page-size must be at least 1', 'INVALID_SIZE');
  return { page, size: Math.min(size, MAX_PAGE_SIZE) };
}

/** The rows of a page. */
export function cut<Row>(rows: readonly Row[], { page, size }: Page): Row[] {
  return rows.slice(page * size, (page + 1) * size);
}

/** All values of a query parameter that may be repeated or may contain several values separated by commas. */
export function valuesOf(query: Query, name: string): string[] {
  return [query[name]]
    .flat()
    .filter((value) => typeof value === 'string')
    .flatMap((value) => value.split(','))
    .filter((value) => value !== '');
}

/** The first value of a query parameter; "" if it is missing. */
export function textOf(query: Query, name: string): string {
  const value = [query[name]].flat()[0];
  return typeof value === 'string' ? value : '';
}

function integer(query: Query, name: string, fallback: number): number {
  const text = textOf(query, name);
  if (text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw badRequest(name, `${name} must be a whole number`);
  return value;
}
