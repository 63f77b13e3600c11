import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Key } from '../redis/keys.js';
import { defineScript, readLua } from '../redis/script.js';
import { computerKeys } from './keys.js';
import { type PageRequest, sizeOf } from './paging.js';
import { allOf, idOf, prefixOf, type SearchKind, type TermKind, wholeOf } from '../../domain/search-terms.js';

/** Looks Macs up in the index of terms: reads grow with the page and not with the fleet. */
export interface Finder {
  /** Ids of the Macs with exactly this mark; mostly one. */
  exact(instance: string, kind: TermKind, text: string): Promise<readonly string[]>;
  /** A page of entries that begin with a text; of all of a kind when the text is `null`. @throws RangeError on a bad cursor */
  page(
    instance: string,
    kind: SearchKind,
    text: string | null,
    page?: PageRequest,
  ): Promise<{ entries: readonly string[]; cursor: string | null }>;
}

/** A Mac and those that it took the place of. */
const MOST_ALIKE = 10;
const CURSOR = /^t([\w-]+)$/;

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
      (await read(instance, wholeOf(kind, text), '', MOST_ALIKE)).map(idOf),
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

/** The cursor that goes on behind an entry. */
export function cursorAfter(entry: string): string {
  return `t${Buffer.from(entry).toString('base64url')}`;
}

/** The entry that a cursor names; it must be one of the same search. @throws RangeError when it is not */
export function entryOf(cursor: string, prefix: string): string {
  const [, encoded] = CURSOR.exec(cursor) ?? [];
  const entry = Buffer.from(encoded ?? '', 'base64url').toString('utf8');
  if (!entry.startsWith(prefix)) throw new RangeError('this is not a cursor of this search');
  return entry;
}
