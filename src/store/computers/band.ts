import type { Redis } from 'ioredis';
import type { KnownComputer } from '../../domain/known.js';
import type { Key } from '../redis/keys.js';
import { cursorAfter, entryOf, type Finder } from './find.js';
import { computerKeys } from './keys.js';
import { cursorOf, type PageRequest, placeOf, readIds, sizeOf } from './paging.js';
import { type Band, bandOf } from './states.js';
import { allOf, anchorOf, idOf, type SearchKind } from '../../domain/search-terms.js';

/** Order of a list of Macs: latest contact first, or by a field that can be searched. */
export type Order = 'contact' | SearchKind;

type Fits = (computer: KnownComputer) => boolean;

/** A Mac in a sorted list, with the cursor of the page that starts after this Mac. */
interface Placed {
  computer: KnownComputer;
  cursor: string;
}

/** The result of reading a section of the sorted index, without the Macs that cannot match the filter. */
interface Stretch {
  placed: readonly Placed[];
  looked: number;
  /** Number of records that were read. Includes records that were left out because another entry determines the position of the Mac. */
  read: number;
  cursor: string | null;
}

/** Maximum number of matching Macs for which all records are read and sorted in memory. */
const SORT_LIMIT = 1_000;
/** Maximum number of index entries that are scanned for one page. Scanning this number takes about 20 ms. */
const MAX_SCANNED = 5_000;
/** Maximum number of records that are read for one page. Reading this number takes about 50 ms. */
const MAX_READ = 600;
/** Number of index entries that are scanned at a time. */
const STRETCH = 500;

interface Sources {
  redis: Redis;
  key: Key;
  finder: Finder;
  /** Reads Macs, without those that are retired (deleted from Jamf Pro). */
  living: (instance: string, ids: readonly string[]) => Promise<readonly KnownComputer[]>;
}

/**
 * Lists the Macs that match a filter on the state index, in a given order. If few Macs match, their records are read
 * and sorted in memory. If many Macs match, the sorted index is scanned, because then most of its entries match. Both
 * methods use the same cursors, because the number of matching Macs can change between two pages.
 */
export function createBands(sources: Sources) {
  const { redis, key } = sources;
  return {
    async page(
      instance: string,
      profile: string,
      { order, fits, ...wanted }: Band & { order: Order; fits: Fits },
      { cursor, limit }: PageRequest = {},
    ): Promise<{ computers: readonly KnownComputer[]; cursor: string | null }> {
      const size = sizeOf(limit);
      const band = bandOf(wanted);
      const states = statesKey(key, instance, profile);
      if ((await redis.zcount(states, band.least, band.most)) <= SORT_LIMIT) {
        const ids = await redis.zrange(
          states,
          band.least,
          String(band.most),
          'BYSCORE',
          'LIMIT',
          0,
          2 * SORT_LIMIT,
        );
        const all = (await readSorted(sources, instance, ids, order, cursor)).filter(({ computer }) =>
          fits(computer),
        );
        return cut(all, size, null);
      }
      const found: Placed[] = [];
      let looked = 0;
      let records = 0;
      let next: string | null | undefined = cursor;
      do {
        // If many Macs match, scanning twice the page size is usually sufficient. If not, larger sections are
        // scanned.
        const step = { cursor: next, limit: looked === 0 ? Math.min(STRETCH, 2 * size) : STRETCH };
        const read = await stretch(sources, instance, profile, { band, order }, step);
        found.push(...read.placed.filter(({ computer }) => fits(computer)));
        looked += read.looked;
        records += read.read;
        next = read.cursor;
      } while (next !== null && found.length < size && looked < MAX_SCANNED && records < MAX_READ);
      return cut(found, size, next);
    },
  };
}

function statesKey(key: Key, instance: string, profile: string): string {
  return `${computerKeys(key, instance).states}:${profile}`;
}

/** Reads the records of all matching Macs, sorts them, and returns the Macs after the cursor. */
async function readSorted(
  { redis, key, living }: Sources,
  instance: string,
  ids: readonly string[],
  order: Order,
  after: string | undefined,
): Promise<readonly Placed[]> {
  const computers = await living(instance, ids);
  if (order !== 'contact') {
    const from = after === undefined ? null : Buffer.from(entryOf(after, allOf(order)));
    return computers
      .flatMap((computer) => {
        const entry = anchorOf(computer, order);
        return entry === undefined
          ? []
          : [{ computer, bytes: Buffer.from(entry), cursor: cursorAfter(entry) }];
      })
      .filter(({ bytes }) => from === null || bytes.compare(from) > 0)
      .sort((one, other) => one.bytes.compare(other.bytes));
  }
  if (computers.length === 0) return [];
  const scores = await redis.zmscore(computerKeys(key, instance).seen, ...computers.map(({ id }) => id));
  const behind = after === undefined ? null : placeOf(after);
  return computers
    .map((computer, index) => ({ computer, id: computer.id, score: Number(scores[index] ?? 0) }))
    .filter((one) => behind === null || lastFirst(behind, one) < 0)
    .sort(lastFirst)
    .map(({ computer, id, score }) => ({ computer, cursor: cursorOf(score, id) }));
}

/** Reads the next section of the sorted index, without the Macs that the state index excludes. */
async function stretch(
  sources: Sources,
  instance: string,
  profile: string,
  { band, order }: { band: { least: number; most: number }; order: Order },
  { cursor, limit }: { cursor: string | undefined; limit: number },
): Promise<Stretch> {
  const { redis, key, living } = sources;
  const page =
    order === 'contact'
      ? await readIds(
          redis,
          { key: computerKeys(key, instance).seen, least: '-inf', most: '+inf', descending: true },
          { cursor, limit },
        )
      : await entriesOf(sources, instance, order, { cursor, limit });
  if (page.ids.length === 0) return { placed: [], looked: 0, read: 0, cursor: null };
  const scores = await redis.zmscore(statesKey(key, instance, profile), ...page.ids);
  const meant = new Map(
    page.ids.flatMap((id, index) => {
      const score = scores[index] ?? null;
      const within = score !== null && Number(score) >= band.least && Number(score) <= band.most;
      // A Mac can have several index entries, so the entry and not the Mac determines the cursor.
      return within ? [[page.cursors[index] ?? '', id] as const] : [];
    }),
  );
  const computers = new Map(
    (await living(instance, [...new Set(meant.values())])).map((computer) => [computer.id, computer]),
  );
  const placed = [...meant].flatMap(([place, id]) => {
    const computer = computers.get(id);
    if (!computer) return [];
    const anchor = order === 'contact' ? undefined : anchorOf(computer, order);
    return order === 'contact' || (anchor !== undefined && cursorAfter(anchor) === place)
      ? [{ computer, cursor: place }]
      : [];
  });
  return { placed, looked: page.ids.length, read: computers.size, cursor: page.cursor };
}

async function entriesOf({ finder }: Sources, instance: string, order: SearchKind, request: PageRequest) {
  const page = await finder.page(instance, order, null, request);
  return { ids: page.entries.map(idOf), cursors: page.entries.map(cursorAfter), cursor: page.cursor };
}

/** Returns the first `size` Macs as a page. `next` is the cursor after the last Mac in `placed`. */
function cut(placed: readonly Placed[], size: number, next: string | null) {
  const shown = placed.slice(0, size);
  return {
    computers: shown.map(({ computer }) => computer),
    cursor: placed.length > size ? (shown.at(-1)?.cursor ?? null) : next,
  };
}

/** Compares two entries in the order of a Redis sorted set that is read in descending order. */
function lastFirst(one: { score: number; id: string }, other: { score: number; id: string }): number {
  if (one.score !== other.score) return other.score - one.score;
  return one.id < other.id ? 1 : one.id > other.id ? -1 : 0;
}
