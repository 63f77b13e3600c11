import type { Redis } from 'ioredis';
import { z } from 'zod';
import {
  type BlockReason,
  type Redistribution,
  redistributionSchema,
  type State,
  STATES,
} from '../../domain/redistribution/record.js';
import { type Failing, unpackFailing } from './failing.js';
import { openField, type redistributionKeys } from './keys.js';
import { readNewest } from './paging.js';

/** Which ones to list, newest first. `cursor` is that of the page before; `limit` is 50 unless told, at most 500. */
export interface RedistributionQuery {
  state?: State | undefined;
  profile?: string | undefined;
  computerId?: string | undefined;
  /** Why they are blocked. */
  reason?: BlockReason | undefined;
  /** Id of the request for many that opened them. */
  batch?: string | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
}

/** A page of redistributions. `cursor` gives the next one, `null` after the last. */
export interface RedistributionPage {
  redistributions: readonly Redistribution[];
  cursor: string | null;
}

/** How many there are of an instance. */
export interface RedistributionCounts {
  byState: Readonly<Record<State, number>>;
  /** Not closed: settling and cleaning up included. */
  open: number;
}

/** Reading redistributions without changing any. */
export interface RedistributionLists {
  /** @throws RangeError on a bad cursor */
  page(instance: string, query?: RedistributionQuery): Promise<RedistributionPage>;
  counts(instance: string): Promise<RedistributionCounts>;
  /** Ids of the open ones of some Macs and a profile, by the id of the Mac: two round trips for all. */
  openForMany(
    instance: string,
    profile: string,
    computerIds: readonly string[],
  ): Promise<ReadonlyMap<string, Redistribution>>;
  /**
   * What failed, and what tries again after a failure: the latest of its Mac and profile. In no order; at most some thousand, and whether
   * that is all.
   */
  failing(instance: string): Promise<{ failing: readonly Failing[]; complete: boolean }>;
  /** How many are blocked for a reason, and the one that is for longest; `null` when none is. */
  blockedFor(
    instance: string,
    reason: BlockReason,
  ): Promise<{ count: number; oldest: Redistribution | null } | null>;
  /** How many of those that a request for many opened are in which state. */
  batchStates(instance: string, batch: string): Promise<Partial<Record<State, number>>>;
  /** Those of some ids that are still there, in their order. */
  readMany(instance: string, ids: readonly string[]): Promise<readonly Redistribution[]>;
}

const DEFAULT_LIMIT = 50;
const MOST = 500;
/** Records looked through for one page: a filter that few pass ends in a short page with a cursor. */
const MOST_LOOKED = 1_000;
/** Failed ones that one answer reads: some 250 bytes each. */
const MOST_FAILING = 10_000;
const countsSchema = z.partialRecord(z.enum(STATES), z.coerce.number().int());

/** The lists of redistributions in Redis: each page is a bounded number of reads, whatever there is. */
export function createLists(
  redis: Redis,
  keysOf: (instance: string) => ReturnType<typeof redistributionKeys>,
): RedistributionLists {
  async function readMany(instance: string, ids: readonly string[]): Promise<readonly Redistribution[]> {
    if (ids.length === 0) return [];
    const texts = await redis.mget(ids.map((id) => keysOf(instance).record(id)));
    return texts.flatMap((text) => (text === null ? [] : [unpack(text)]));
  }

  async function page(instance: string, query: RedistributionQuery = {}): Promise<RedistributionPage> {
    const { state, profile, computerId, reason, batch, cursor, limit = DEFAULT_LIMIT } = query;
    const size = Math.min(Math.max(1, Math.floor(limit)), MOST);
    const list = narrowest(keysOf(instance), query);
    const found: Redistribution[] = [];
    let next = cursor;
    let looked = 0;
    for (;;) {
      // One more than is missing would be read past and lost: what is left out by the filter makes another round instead.
      const ids = await readNewest(redis, list, { cursor: next, limit: size - found.length });
      const records = await readMany(instance, ids.ids);
      found.push(
        ...records.filter(
          (record) =>
            (state === undefined || record.state === state) &&
            (profile === undefined || record.profile === profile) &&
            (computerId === undefined || record.computerId === computerId) &&
            (reason === undefined || record.blocked?.reason === reason) &&
            (batch === undefined || batchOf(record) === batch),
        ),
      );
      looked += ids.ids.length;
      // Those of one Mac are few, and the last of them is asked for.
      const enough = found.length >= size || (looked >= MOST_LOOKED && computerId === undefined);
      if (ids.cursor === null || enough) return { redistributions: found, cursor: ids.cursor };
      next = ids.cursor;
    }
  }

  return {
    page,
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
      let cursor = '0';
      do {
        const [next, fields] = await redis.hscan(keysOf(instance).failing, cursor, 'COUNT', 1_000);
        for (let at = 1; at < fields.length; at += 2)
          failing.set(fields[at - 1] ?? '', unpackFailing(fields[at] ?? ''));
        cursor = next;
      } while (cursor !== '0' && failing.size < MOST_FAILING);
      return { failing: [...failing.values()], complete: cursor === '0' };
    },

    async blockedFor(instance, reason) {
      const list = keysOf(instance).blocked(reason);
      const [count, [oldest]] = await Promise.all([redis.zcard(list), redis.zrange(list, 0, '0')]);
      if (count === 0 || oldest === undefined) return null;
      return { count, oldest: (await readMany(instance, [oldest]))[0] ?? null };
    },

    async batchStates(instance, batch) {
      return countsSchema.parse(await redis.hgetall(keysOf(instance).batchStates(batch)));
    },
  };
}

/** The smallest of the lists that hold everything that is asked for. */
function narrowest(
  keys: ReturnType<typeof redistributionKeys>,
  { state, computerId, reason, batch }: RedistributionQuery,
): string {
  if (computerId !== undefined) return keys.computer(computerId);
  if (batch !== undefined) return keys.batch(batch);
  if (reason !== undefined) return keys.blocked(reason);
  return state === undefined ? keys.all : keys.state(state);
}

/** A record as it is stored: a version, a line break, JSON. */
export function unpack(text: string): Redistribution {
  return redistributionSchema.parse(JSON.parse(text.slice(text.indexOf('\n') + 1)));
}

/** The request for many that it came with; `''` for none. */
export function batchOf({ cause }: Pick<Redistribution, 'cause'>): string {
  return (cause.kind === 'manual' ? cause.batch : undefined) ?? '';
}
