import type { Redis } from 'ioredis';

/** A page of IDs from a sorted set, with the cursor of the next page. */
export interface IdPage {
  ids: readonly string[];
  /** For each ID, the cursor of the page that starts after that ID. */
  cursors: readonly string[];
  cursor: string | null;
}

/** A range of a sorted set and the order in which it is read. Both scores are included in the range. */
export interface Range {
  key: string;
  least: number | '-inf';
  most: number | '+inf';
  descending?: boolean;
}

/** The `cursor` of the previous page, and the page size (50 by default, at most 500). */
export interface PageRequest {
  cursor?: string | undefined;
  limit?: number | undefined;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
const CURSOR = /^(\d{1,16}):(\d+)$/;

/**
 * Reads a page of a sorted set. The cost depends on the page size, not on the size of the set. The cursor is the
 * last entry that was read, so changes of other entries do not shift the pages.
 * @throws RangeError for an invalid cursor.
 */
export async function readIds(
  redis: Redis,
  { key, least, most, descending = false }: Range,
  { cursor, limit = DEFAULT_LIMIT }: PageRequest = {},
): Promise<IdPage> {
  const size = sizeOf(limit);
  const [below, upTo] = await Promise.all([
    least === '-inf' ? 0 : redis.zcount(key, '-inf', `(${least}`),
    redis.zcount(key, '-inf', most),
  ]);
  const after = cursor === undefined ? null : await rankOf(redis, key, cursor, descending);
  const first = descending ? below : Math.max(below, after === null ? 0 : after + 1);
  const last = descending ? Math.min(upTo - 1, after === null ? Infinity : after - 1) : upTo - 1;
  const [from, to] = descending
    ? [Math.max(first, last - size + 1), last]
    : [first, Math.min(last, first + size - 1)];
  if (from > to) return { ids: [], cursors: [], cursor: null };
  const rows = await redis.zrange(key, from, String(to), 'WITHSCORES');
  const entries = Array.from({ length: rows.length / 2 }, (_, index) => ({
    id: rows[2 * index] ?? '',
    score: rows[2 * index + 1] ?? '0',
  }));
  if (descending) entries.reverse();
  const ids = entries.map(({ id }) => id);
  const cursors = entries.map(({ id, score }) => cursorOf(score, id));
  const more = descending ? from > first : to < last;
  return { ids, cursors, cursor: more ? (cursors.at(-1) ?? null) : null };
}

/** Returns the cursor of the page that starts after an entry. */
export function cursorOf(score: string | number, id: string): string {
  return `${score}:${id}`;
}

/** Returns the entry after which the page of a cursor starts. @throws RangeError for an invalid cursor */
export function placeOf(cursor: string): { score: number; id: string } {
  const [, score, id] = CURSOR.exec(cursor) ?? [];
  if (score === undefined || id === undefined) throw new RangeError('invalid cursor for this list');
  return { score: Number(score), id };
}

/** Returns the page size for a requested limit, which is restricted to the permitted range. */
export function sizeOf(limit = DEFAULT_LIMIT): number {
  return Math.min(Math.max(1, Math.floor(limit)), MAX_LIMIT);
}

/**
 * Returns the rank of the entry that a cursor refers to. If the entry has moved or was removed, returns the rank at
 * which an entry with its score would be.
 */
async function rankOf(redis: Redis, key: string, cursor: string, descending: boolean): Promise<number> {
  const { score, id } = placeOf(cursor);
  const [now, rank] = await Promise.all([redis.zscore(key, id), redis.zrank(key, id)]);
  if (now !== null && rank !== null && Number(now) === score) return rank;
  const earlier = await redis.zcount(key, '-inf', `(${score}`);
  return descending ? earlier : earlier - 1;
}
