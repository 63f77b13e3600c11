import type { Key } from '../redis/keys.js';
import { lastContactKey } from './last-contact.js';

/** Redis keys of the fleet of one instance. */
export function computerKeys(key: Key, instance: string) {
  return {
    /** Hash: computer ID → packed record. */
    computers: key(instance, 'computers'),
    /** Sorted set: computer ID by last contact. */
    seen: lastContactKey(key, instance),
    /** Sorted set: computer ID by time of retirement. */
    retired: key(instance, 'retired'),
    /** Prefix of the state index; the name of the profile follows. */
    states: key(instance, 'states'),
    /** Root of the term index, and prefix of its parts (see index.lua). */
    terms: key(instance, 'terms'),
  };
}
