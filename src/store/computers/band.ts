import type { Redis } from 'ioredis';
import type { KnownComputer } from '../../domain/known.js';
import type { Key } from '../redis/keys.js';
import { cursorAfter, entryOf, type Finder } from './find.js';
import { computerKeys } from './keys.js';
import { cursorOf, type PageRequest, placeOf, readIds, sizeOf } from './paging.js';
import { type Band, bandOf } from './states.js';
import { allOf, anchorOf, idOf, type SearchKind } from '../../domain/search-terms.js';

/** Sort order of the fleet: latest contact first, or by a searched field. */
export type Order = 'contact' | SearchKind;

type Fits = (computer: KnownComputer) => boolean;

/** A Mac, and the cursor of the page that starts after it. */
interface Placed {
  computer: KnownComputer;
  cursor: string;
}

/** A section of the sorted fleet, reduced to the Macs that may match. */
interface Stretch {
  placed: readonly Placed[];
  looked: number;
  /** Number of records read, including those of index entries that do not determine the position of their Mac. */
  read: number;
  cursor: string | null;
}

/** Up to this number of matches, all records are read and sorted in memory. */
const SORT_LIMIT = 1_000;
/** Maximum index entries scanned for one page, about 20 ms. */
const MAX_SCANNED = 5_000;
/** Maximum records read for one page, about 50 ms. */
const MAX_READ = 600;
/** Index entries per scan step. */
const STRETCH = 500;

interface Sources {
  redis: Redis;
  key: Key;
  finder: Finder;
  /** Reads Macs and leaves out retired ones. */
  living: (instance: string, ids: readonly string[]) => Promise<readonly KnownComputer[]>;
}

/**
 * Lists Macs that match a filter on the state index, in an order of the whole fleet. A small result is read and sorted in memory. For a
 * large result, the sorted index is scanned, because matches are frequent in it. Both use the same cursors, because the size of the
 * result can change between two pages.
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
        // Twice the page size is usually sufficient for a large result; otherwise the following steps are larger.
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

/** Reads all matches and sorts them; returns those after the cursor. */
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

/** Reads the next section of the sorted index, without Macs that the state index excludes. */
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
      // A Mac can have several entries; the cursor identifies each entry.
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

/** Returns the first `size` Macs as a page. `next` is the cursor after the last Mac of `placed`. */
function cut(placed: readonly Placed[], size: number, next: string | null) {
  const shown = placed.slice(0, size);
  return {
    computers: shown.map(({ computer }) => computer),
    cursor: placed.length > size ? (shown.at(-1)?.cursor ?? null) : next,
  };
}

/** Compares as Redis sorts a sorted set in descending order. */
function lastFirst(one: { score: number; id: string }, other: { score: number; id: string }): number {
  if (one.score !== other.score) return other.score - one.score;
  return one.id < other.id ? 1 : one.id > other.id ? -1 : 0;
}
