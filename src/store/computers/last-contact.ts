import type { Key } from '../redis/keys.js';

/**
 * Returns the Redis key of the last contacts of an instance: a sorted set of computer IDs by epoch milliseconds. Webhooks and inventory
 * both write it with `ZADD … GT`, so that an earlier time never overwrites a later one.
 */
export function lastContactKey(key: Key, instance: string): string {
  return key(instance, 'seen');
}
