import type { Key } from '../redis/keys.js';
import { lastContactKey } from './last-contact.js';

/** Returns the Redis keys of the fleet of one Jamf Pro server. */
export function computerKeys(key: Key, instance: string) {
  return {
    /** Hash: Jamf Pro ID of the Mac → packed record. */
    computers: key(instance, 'computers'),
    /** Sorted set: Jamf Pro ID of the Mac by time of the last contact. */
    seen: lastContactKey(key, instance),
    /** Sorted set: Jamf Pro ID of the Mac by the time at which it was retired. */
    retired: key(instance, 'retired'),
    /** Prefix of the keys of the state index. The name of the watched profile is appended. */
    states: key(instance, 'states'),
    /** Root key of the term index, and prefix of the keys of its parts (see index.lua). */
    terms: key(instance, 'terms'),
  };
}
