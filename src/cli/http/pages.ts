import type { z } from 'zod';
import type { Ask, Client } from './client.js';
import { wholeNumber } from '../options.js';

/** Most items of one request: as the API has it. */
const LARGEST_PAGE = 500;

/** The option `--limit` of every list. */
export const limit = wholeNumber(1, 10_000).default(50);

type Page = z.ZodType<{ next: string | null }>;

/**
 * Items of a list that comes in pages, up to `most` of them. A page may hold fewer than asked for, even none, and go on.
 *
 * @param told hears after each page how many there are so far.
 */
export async function readPages<Schema extends Page, Item>(
  client: Client,
  { query, ...ask }: Omit<Ask<Schema>, 'method' | 'body' | 'idempotencyKey'>,
  {
    items,
    most,
    told,
  }: { items: (page: z.output<Schema>) => readonly Item[]; most: number; told?: (sofar: number) => void },
): Promise<Item[]> {
  const found: Item[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(LARGEST_PAGE, most - found.length);
    const page = await client({ ...ask, query: { ...query, cursor, limit } });
    found.push(...items(page));
    told?.(found.length);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && found.length < most);
  return found;
}
