import { crc32 } from 'node:zlib';
import type { Redis } from 'ioredis';
import type { Key } from '../keys.js';

/** Some fifty entries in each for 100,000 Macs: up to 128 Redis keeps a hash packed, at a fifth of the room. */
const BUCKETS = 2048;

/**
 * Which Mac has a serial number. An entry is only a claim that the record must confirm: it is written before the record, and stays
 * when the Mac gets another serial number.
 */
export interface SerialIndex {
  add(instance: string, entries: readonly { serialNumber: string; id: string }[]): Promise<void>;
  find(instance: string, serialNumber: string): Promise<string | null>;
}

/** Letter case and blanks around a serial number say nothing. */
export function foldSerial(serialNumber: string): string {
  return serialNumber.trim().toUpperCase();
}

export function createSerialIndex(redis: Redis, key: Key): SerialIndex {
  const bucket = (instance: string, folded: string): string =>
    key(instance, 'serials', (crc32(folded) % BUCKETS).toString(36));
  return {
    async add(instance, entries) {
      await Promise.all(
        entries
          .map(({ serialNumber, id }) => ({ folded: foldSerial(serialNumber), id }))
          .filter(({ folded }) => folded !== '')
          .map(({ folded, id }) => redis.hset(bucket(instance, folded), folded, id)),
      );
    },
    find: (instance, serialNumber) => {
      const folded = foldSerial(serialNumber);
      return redis.hget(bucket(instance, folded), folded);
    },
  };
}
