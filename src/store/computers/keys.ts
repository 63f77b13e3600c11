import type { Key } from '../redis/keys.js';
import { seenKey } from './last-contact.js';

/** Names of the keys that the fleet of one instance lives under. */
export function computerKeys(key: Key, instance: string) {
  return {
    /** Hash: computer id → packed record. */
    computers: key(instance, 'computers'),
    /** Sorted set: computer id by last contact. */
    seen: seenKey(key, instance),
    /** Sorted set: computer id by the instant at which it was retired. */
    retired: key(instance, 'retired'),
    /** First part of the state index of every profile. */
    states: key(instance, 'states'),
    /** Root of the index by which Macs are found, and first part of the names of its parts. */
    terms: key(instance, 'terms'),
  };
}
