import type { Redis } from 'ioredis';
import { z } from 'zod';
import {
  type BlockReason,
  type Redistribution,
  type State,
  STATES,
} from '../../domain/redistribution/record.js';
import { type Failing, unpackFailing } from './failing.js';
import { openField, type redistributionKeys } from './keys.js';
import { batchOf, unpackAll } from './packed.js';
import type { ReportUnreadable } from '../../json/stored.js';
import { readNewest } from './paging.js';

/**
 * Filter and page of a list of redistributions, newest first. `cursor` is the cursor of the previous page; `limit`
 * is 50 by default, at most 500.
 */
export interface RedistributionQuery {
  state?: State | undefined;
  profile?: string | undefined;
  computerId?: string | undefined;
  /** Only redistributions that are blocked for this reason. */
  reason?: BlockReason | undefined;
  /** Only redistributions that the batch with this ID opened. */
  batch?: string | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
}

/** A page of redistributions. `cursor` is used to request the next page; `null` on the last page. */
export interface RedistributionPage {
  redistributions: readonly Redistribution[];
  cursor: string | null;
}

/** Number of redistributions of one Jamf Pro server. */
export interface RedistributionCounts {
  byState: Readonly<Record<State, number>>;
  /** Number of redistributions that are not closed. This includes verified redistributions whose cleanup is not completed. */
  open: number;
}

/** Queries of redistributions. They do not change any data. */
export interface RedistributionLists {
  /** Returns a page of redistributions, newest first. @throws RangeError for an invalid cursor */
  page(instance: string, query?: RedistributionQuery): Promise<RedistributionPage>;
  counts(instance: string): Promise<RedistributionCounts>;
  /** Returns the open redistributions of several Macs for a profile, by Jamf Pro ID of the Mac. Takes two Redis calls. */
  openForMany(
    instance: string,
    profile: string,
    computerIds: readonly string[],
  ): Promise<ReadonlyMap<string, Redistribution>>;
  /**
   * Returns the failed and retrying redistributions that are the latest of their Mac and profile, in no particular
   * order. `complete` is `false` if there are more than about `MAX_FAILING`, and the others are left out.
   */
  failing(instance: string): Promise<{ failing: readonly Failing[]; complete: boolean }>;
  /**
   * Returns the number of redistributions that are blocked for a reason, and the redistribution that has been blocked
   * longest; `null` when none is blocked.
   */
  blockedFor(
    instance: string,
    reason: BlockReason,
  ): Promise<{ count: number; oldest: Redistribution | null } | null>;
  /** Returns for each state when the redistribution that has been in it longest entered it, epoch milliseconds. */
  oldest(instance: string): Promise<Partial<Record<State, number>>>;
  /** Returns the number of redistributions of a batch in each state. */
  batchStates(instance: string, batch: string): Promise<Partial<Record<State, number>>>;
  /**
   * Returns the redistributions with these IDs that exist, in the order of `ids`. As in every list, those that cannot
   * be read are left out.
   */
  readMany(instance: string, ids: readonly string[]): Promise<readonly Redistribution[]>;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
/**
 * Maximum number of records that are scanned for one page. If few records match the filter, the page is short and
 * has a cursor.
 */
const MAX_SCANNED = 1_000;
/** Maximum number of failed redistributions in one result. Each takes about 250 bytes. */
const MAX_FAILING = 10_000;
const countsSchema = z.partialRecord(z.enum(STATES), z.coerce.number().int());

/** Creates the queries of redistributions in Redis. Each page takes a limited number of reads. */
export function createLists(
  redis: Redis,
  keysOf: (instance: string) => ReturnType<typeof redistributionKeys>,
  report: ReportUnreadable,
): RedistributionLists {
  async function readMany(instance: string, ids: readonly string[]): Promise<readonly Redistribution[]> {
    if (ids.length === 0) return [];
    const texts = await redis.mget(ids.map((id) => keysOf(instance).record(id)));
    return unpackAll(
      ids.map((id, index) => [id, texts[index]] as const),
      report,
    );
  }

  return {
    page: (instance, query = {}) =>
      readPage(redis, keysOf(instance), query, (ids) => readMany(instance, ids)),
    readMany,

    async counts(instance) {
      const keys = keysOf(instance);
      const [open, ...counts] = await Promise.all([
        redis.hlen(keys.open),
        ...STATES.map((state) => redis.zcard(keys.state(state))),
      ]);
      const byState = Object.fromEntries(STATES.map((state, index) => [state, counts[index] ?? 0])) as Record<
        State,
        number
      >;
      return { byState, open };
    },

    async openForMany(instance, profile, computerIds) {
      if (computerIds.length === 0) return new Map();
      const ids = await redis.hmget(
        keysOf(instance).open,
        ...computerIds.map((computerId) => openField(profile, computerId)),
      );
      const records = await readMany(
        instance,
        ids.filter((id) => id !== null),
      );
      return new Map(records.map((record) => [record.computerId, record]));
    },

    async failing(instance) {
      const failing = new Map<string, Failing>();
      const addFailing = (field: string, text: string) => {
        const read = unpackFailing(text, field, report);
        if (read !== null) failing.set(field, read);
      };
      let cursor = '0';
      do {
        const [next, fields] = await redis.hscan(keysOf(instance).failing, cursor, 'COUNT', 1_000);
        for (let at = 1; at < fields.length; at += 2) addFailing(fields[at - 1] ?? '', fields[at] ?? '');
        cursor = next;
      } while (cursor !== '0' && failing.size < MAX_FAILING);
      return { failing: [...failing.values()], complete: cursor === '0' };
    },

    async blockedFor(instance, reason) {
      const list = keysOf(instance).blocked(reason);
      const [count, [oldest]] = await Promise.all([redis.zcard(list), redis.zrange(list, 0, '0')]);
      if (count === 0 || oldest === undefined) return null;
      return { count, oldest: (await readMany(instance, [oldest]))[0] ?? null };
    },

    oldest: (instance) => oldestByState(redis, keysOf(instance)),

    async batchStates(instance, batch) {
      return countsSchema.parse(await redis.hgetall(keysOf(instance).batchStates(batch)));
    },
  };
}

async function oldestByState(
  redis: Redis,
  keys: ReturnType<typeof redistributionKeys>,
): Promise<Partial<Record<State, number>>> {
  const entries = await Promise.all(
    STATES.map(async (state) => {
      const [, since] = await redis.zrange(keys.state(state), 0, '0', 'WITHSCORES');
      return since === undefined ? [] : [[state, Number(since)] as const];
    }),
  );
  return Object.fromEntries(entries.flat());
}

/** Reads a page with `readMany`. Records that do not match the filter are replaced by reading further records. */
async function readPage(
  redis: Redis,
  keys: ReturnType<typeof redistributionKeys>,
  query: RedistributionQuery,
  readMany: (ids: readonly string[]) => Promise<readonly Redistribution[]>,
): Promise<RedistributionPage> {
  const { computerId, cursor, limit = DEFAULT_LIMIT } = query;
  const size = Math.min(Math.max(1, Math.floor(limit)), MAX_LIMIT);
  const list = narrowest(keys, query);
  const found: Redistribution[] = [];
  let next = cursor;
  let looked = 0;
  for (;;) {
    // Only the missing number of records is read. If more records matched than fit on the page, the cursor would skip
    // them.
    const ids = await readNewest(redis, list, { cursor: next, limit: size - found.length });
    const records = await readMany(ids.ids);
    found.push(...records.filter((record) => fits(record, query)));
    looked += ids.ids.length;
    // For a single Mac, the scan continues to the end: a Mac has few records, and the calling code needs the latest
    // match.
    const enough = found.length >= size || (looked >= MAX_SCANNED && computerId === undefined);
    if (ids.cursor === null || enough) return { redistributions: found, cursor: ids.cursor };
    next = ids.cursor;
  }
}

function fits(
  record: Redistribution,
  { state, profile, computerId, reason, batch }: RedistributionQuery,
): boolean {
  return (
    (state === undefined || record.state === state) &&
    (profile === undefined || record.profile === profile) &&
    (computerId === undefined || record.computerId === computerId) &&
    (reason === undefined || record.blocked?.reason === reason) &&
    (batch === undefined || batchOf(record) === batch)
  );
}

/** Returns the key of the smallest index that contains all matches. */
function narrowest(
  keys: ReturnType<typeof redistributionKeys>,
  { state, computerId, reason, batch }: RedistributionQuery,
): string {
  if (computerId !== undefined) return keys.computer(computerId);
  if (batch !== undefined) return keys.batch(batch);
  if (reason !== undefined) return keys.blocked(reason);
  return state === undefined ? keys.all : keys.state(state);
}
