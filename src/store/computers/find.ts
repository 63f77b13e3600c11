import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';
import { defineScript, readLua } from '../redis/script.js';
import { computerKeys } from './keys.js';
import { type PageRequest, sizeOf } from './paging.js';
import { allOf, idOf, prefixOf, type SearchKind, wholeOf } from '../../domain/search-terms.js';

/**
 * Searches the index of terms (serial numbers, names, users). The cost depends on the page size, not on the size
 * of the fleet.
 */
export interface Finder {
  /** Returns the IDs of the Macs that have exactly this term, usually one Mac. */
  exact(instance: string, kind: 'serialNumber' | 'udid', text: string): Promise<readonly string[]>;
  /**
   * Returns a page of index entries that begin with `text`, or of all entries of the kind when `text` is `null`.
   * @throws RangeError for an invalid cursor
   */
  page(
    instance: string,
    kind: SearchKind,
    text: string | null,
    page?: PageRequest,
  ): Promise<{ entries: readonly string[]; cursor: string | null }>;
}

/**
 * Maximum number of Macs that are returned for the same serial number or UDID. A Mac that was enrolled many times
 * has several records.
 */
const MAX_SAME_TERM = 100;
const CURSOR = /^t([\w-]+)$/;

/** Creates the search in the index of terms in Redis. */
export function createFinder(redis: Redis, key: Key): Finder {
  const find = defineScript(redis, {
    name: 'recertFindComputers',
    lua: readLua(import.meta.url, './index.lua', './find.lua'),
    keys: ['terms'],
    reply: z.array(z.string()),
  });
  const read = async (instance: string, prefix: string, after: string, limit: number) =>
    prefix === '' ? [] : find({ terms: computerKeys(key, instance).terms }, [prefix, after, limit]);
  return {
    exact: async (instance, kind, text) =>
      (await read(instance, wholeOf(kind, text), '', MAX_SAME_TERM)).map(idOf),
    page: async (instance, kind, text, { cursor, limit } = {}) => {
      const prefix = text === null ? allOf(kind) : prefixOf(kind, text);
      const size = sizeOf(limit);
      const after = cursor === undefined ? '' : entryOf(cursor, prefix);
      const entries = await read(instance, prefix, after, size + 1);
      const shown = entries.slice(0, size);
      const last = shown.at(-1);
      const more = entries.length > size && last !== undefined;
      return { entries: shown, cursor: more ? cursorAfter(last) : null };
    },
  };
}

/** Returns the cursor of the page that starts after an index entry. */
export function cursorAfter(entry: string): string {
  return `t${Buffer.from(entry).toString('base64url')}`;
}

/**
 * Returns the index entry that a cursor refers to. @throws RangeError when the cursor is invalid or comes from
 * another search
 */
export function entryOf(cursor: string, prefix: string): string {
  const [, encoded] = CURSOR.exec(cursor) ?? [];
  const entry = Buffer.from(encoded ?? '', 'base64url').toString('utf8');
  if (!entry.startsWith(prefix)) throw new RangeError('invalid cursor for this search');
  return entry;
}
