import type { z } from 'zod';
import type { Ask, Client } from './client.js';
import { wholeNumber } from '../options.js';

/** Maximum number of items per page that the API accepts. */
const LARGEST_PAGE = 500;

/** Schema of the option `--limit` of commands that list something. */
export const limit = wholeNumber(1, 10_000).default(50);

type Page = z.ZodType<{ next: string | null }>;

/**
 * Reads a list page by page, up to `most` items. A page can have fewer items than requested, even none, without
 * being the last page.
 * @param told called after each page with the number of items read so far.
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
