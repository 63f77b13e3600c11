import type { Key } from '../redis/keys.js';

/**
 * Returns the Redis key for the last contact of each Mac: a sorted set of Jamf Pro IDs by epoch milliseconds.
 * Webhooks and inventory write it with `ZADD … GT`, so an earlier time never replaces a later one.
 */
export function lastContactKey(key: Key, instance: string): string {
  return key(instance, 'seen');
}
