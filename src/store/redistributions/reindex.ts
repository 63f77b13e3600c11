import type { Redis } from 'ioredis';
import { packFailing } from './failing.js';
import { openField, type redistributionKeys } from './keys.js';
import type { RedistributionLists } from './lists.js';

const PAGE = 500;

/**
 * Adds redistributions that failed or were blocked before these indexes existed to the indexes, once per Jamf Pro
 * server. Existing entries are newer and are not overwritten.
 */
export async function reindexOnce(
  redis: Redis,
  keys: ReturnType<typeof redistributionKeys>,
  instance: string,
  lists: RedistributionLists,
): Promise<void> {
  if ((await redis.exists(keys.indexed)) === 1) return;
  for (const state of ['needs-human', 'retry', 'blocked'] as const) {
    let cursor: string | undefined;
    do {
      const page = await lists.page(instance, { state, cursor, limit: PAGE });
      for (const record of page.redistributions) {
        const { id, profile, computerId, blocked, since } = record;
        if (blocked !== null) {
          await redis.zadd(keys.blocked(blocked.reason), since, id);
          continue;
        }
        const [latest] = (await lists.page(instance, { profile, computerId, limit: 1 })).redistributions;
        if (latest?.id === id)
          await redis.hsetnx(keys.failing, openField(profile, computerId), packFailing(record));
      }
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
  }
  await redis.set(keys.indexed, '1');
}
