import type { Redis } from 'ioredis';

/** A page of ids out of a sorted set, and the cursor of the next one. */
export interface IdPage {
  ids: readonly string[];
  /** Where a page would begin that goes on behind each of them. */
  cursors: readonly string[];
  cursor: string | null;
}

/** Which part of which sorted set, in which order; scores inclusive. */
export interface Range {
  key: string;
  least: number | '-inf';
  most: number | '+inf';
  descending?: boolean;
}

/** Where a page starts (the `cursor` of the one before) and how many entries it has (default 50, at most 500). */
export interface PageRequest {
  cursor?: string | undefined;
  limit?: number | undefined;
}

const DEFAULT_LIMIT = 50;
const MOST = 500;
const CURSOR = /^(\d{1,16}):(\d+)$/;

/**
 * Reads a page by rank, in time that grows with the page and not with the set. The cursor is the last entry read: what comes and goes
 * elsewhere in the meantime moves no page.
 *
 * @throws RangeError when the cursor is none.
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

/** The cursor that goes on behind an entry. */
export function cursorOf(score: string | number, id: string): string {
  return `${score}:${id}`;
}

/** The entry that a cursor goes on behind. @throws RangeError when the cursor is none */
export function placeOf(cursor: string): { score: number; id: string } {
  const [, score, id] = CURSOR.exec(cursor) ?? [];
  if (score === undefined || id === undefined) throw new RangeError('this is not a cursor of this list');
  return { score: Number(score), id };
}

/** How many entries a page has. */
export function sizeOf(limit = DEFAULT_LIMIT): number {
  return Math.min(Math.max(1, Math.floor(limit)), MOST);
}

/** Rank of the entry that a cursor names; where it would stand by its score when it has moved or gone. */
async function rankOf(redis: Redis, key: string, cursor: string, descending: boolean): Promise<number> {
  const { score, id } = placeOf(cursor);
  const [now, rank] = await Promise.all([redis.zscore(key, id), redis.zrank(key, id)]);
  if (now !== null && rank !== null && Number(now) === score) return rank;
  const earlier = await redis.zcount(key, '-inf', `(${score}`);
  return descending ? earlier : earlier - 1;
}
