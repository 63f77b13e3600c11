import type { Key } from '../redis/keys.js';

/**
 * Sorted set of the Macs of an instance by last contact (epoch milliseconds, computer id). Webhooks and inventory both write it with
 * `ZADD … GT`, so that an earlier instant never overwrites a later one.
 */
export function seenKey(key: Key, instance: string): string {
  return key(instance, 'seen');
}
