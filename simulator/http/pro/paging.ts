import { badRequest } from '../errors.js';

type Query = Readonly<Record<string, unknown>>;

export interface Page {
  page: number;
  size: number;
}

/** Jamf cuts larger pages to this without a word. */
const MAX_PAGE_SIZE = 2000;
const DEFAULT_PAGE_SIZE = 100;

/** Zero-based page and size of a query. Throws 400. */
export function pageOf(query: Query): Page {
  const page = integer(query, 'page', 0);
  const size = integer(query, 'page-size', DEFAULT_PAGE_SIZE);
  if (size < 1) throw badRequest('page-size', 'page-size must be at least 1', 'INVALID_SIZE');
  return { page, size: Math.min(size, MAX_PAGE_SIZE) };
}

export function cut<Row>(rows: readonly Row[], { page, size }: Page): Row[] {
  return rows.slice(page * size, (page + 1) * size);
}

/** Every value of a parameter that may be repeated or hold several, separated by commas. */
export function valuesOf(query: Query, name: string): string[] {
  return [query[name]]
    .flat()
    .filter((value) => typeof value === 'string')
    .flatMap((value) => value.split(','))
    .filter((value) => value !== '');
}

/** A parameter that is text and given once; "" when it is missing. */
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
