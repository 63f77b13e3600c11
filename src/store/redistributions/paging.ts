import type { Redis } from 'ioredis';

const CURSOR = /^(\d{1,16}):([\w-]+)$/;

/** A page of IDs from a sorted set, highest score first, with the cursor of the next page. */
export interface NewestPage {
  ids: readonly string[];
  cursor: string | null;
}

/**
 * Reads a page of a sorted set, highest score first. The cursor is the last entry that was read, so changes of
 * other entries do not shift the pages.
 * @throws RangeError for an invalid cursor.
 */
export async function readNewest(
  redis: Redis,
  key: string,
  { cursor, limit }: { cursor: string | undefined; limit: number },
): Promise<NewestPage> {
  const from = cursor === undefined ? 0 : await rankAfter(redis, key, cursor);
  const rows = await redis.zrevrange(key, from, from + limit, 'WITHSCORES');
  const entries = Array.from({ length: rows.length / 2 }, (_, index) => ({
    id: rows[2 * index] ?? '',
    score: rows[2 * index + 1] ?? '0',
  }));
  const shown = entries.slice(0, limit);
  const last = shown.at(-1);
  return {
    ids: shown.map(({ id }) => id),
    cursor: last !== undefined && entries.length > limit ? `${last.score}:${last.id}` : null,
  };
}

/**
 * Returns the rank after the entry that a cursor refers to. If the entry has moved or was removed, returns the rank
 * after all entries with the same score.
 */
async function rankAfter(redis: Redis, key: string, cursor: string): Promise<number> {
  const [, score, id] = CURSOR.exec(cursor) ?? [];
  if (score === undefined || id === undefined) throw new RangeError('invalid cursor for this list');
  const [now, rank] = await Promise.all([redis.zscore(key, id), redis.zrevrank(key, id)]);
  if (now !== null && rank !== null && Number(now) === Number(score)) return rank + 1;
  return redis.zcount(key, score, '+inf');
}
