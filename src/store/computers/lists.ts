import type { Redis } from 'ioredis';
import type { KnownComputer, ListedState } from '../../domain/known.js';
import { currentFirst } from '../../domain/mac-records.js';
import { anchorOf, firstEntryOf, idOf, type SearchKind } from '../../domain/search-terms.js';
import type { Key } from '../redis/keys.js';
import { createBands, type Order } from './band.js';
import { createFinder, type Finder } from './find.js';
import { computerKeys } from './keys.js';
import { type PageRequest, readIds } from './paging.js';
import type { Records } from './records.js';
import {
  type Band,
  boundsOf,
  changedByTime,
  countOverdueBefore,
  countStates,
  EXPIRIES,
  longestMissing,
  stateOfScore,
} from './states.js';

/** Number of Macs in each certificate state, for one watched profile. */
export type StateCounts = Readonly<Record<ListedState, number>>;

/** A page of Macs. `cursor` is used to request the next page; `null` on the last page. */
export interface ComputerPage {
  computers: readonly KnownComputer[];
  cursor: string | null;
}

/** Queries of the fleet. They do not change any data. */
export interface ComputerLists {
  /** Returns a Mac, whether it is retired or not; `null` when it is unknown. */
  get(instance: string, id: string): Promise<KnownComputer | null>;
  /** Returns several Macs, retired or not, in the order of `ids`; `null` for an unknown Mac. */
  getMany(instance: string, ids: readonly string[]): Promise<readonly (KnownComputer | null)[]>;
  /**
   * Returns all records with exactly this serial number (case-insensitive). A Mac can have several records; the
   * current record is first.
   */
  listBySerialNumber(instance: string, serialNumber: string): Promise<readonly KnownComputer[]>;
  /**
   * Finds a Mac by its exact serial number (case-insensitive). Among several records, returns the current one (see
   * `currentFirst`).
   */
  findBySerialNumber(instance: string, serialNumber: string): Promise<KnownComputer | null>;
  /** Finds a Mac by its exact UDID. Among several records, returns the current one. */
  findByUdid(instance: string, udid: string): Promise<KnownComputer | null>;
  /**
   * Finds Macs by the beginning of the serial number, or of a word in the name of the Mac or in the user
   * (username, real name, email address). Retired Macs are not included. Returns each Mac once, sorted by the
   * field that was searched. @throws RangeError for an invalid cursor
   */
  search(instance: string, kind: SearchKind, text: string, page?: PageRequest): Promise<ComputerPage>;
  /** Returns the number of known Macs, without the retired ones, and the number of retired Macs. */
  count(instance: string): Promise<{ known: number; retired: number }>;
  /** Returns the number of Macs in each state for one watched profile, as of the last assessment of each Mac. */
  countStates(instance: string, profile: string): Promise<StateCounts>;
  /** Returns the number of overdue Macs whose certificate is valid and expires before a time, epoch milliseconds. */
  countOverdueBefore(instance: string, profile: string, before: number): Promise<number>;
  /**
   * Returns the number of Macs in scope whose inventory has shown no certificate for at least `afterMs`, and up to
   * `limit` of these Macs. The Mac without a certificate for the longest time is first.
   */
  missing(
    instance: string,
    profile: string,
    query: { afterMs: number; limit: number },
  ): Promise<{ count: number; longest: readonly KnownComputer[] }>;
  /**
   * Lists the Macs in one state, sorted by the time at which the state changes or the certificate expires, earliest
   * first. @throws RangeError for an invalid cursor
   */
  listByState(
    instance: string,
    profile: string,
    state: ListedState,
    page?: PageRequest,
  ): Promise<ComputerPage>;
  /**
   * Lists the Macs in scope whose expiry is known, earliest expiry first. Healthy Macs are sorted by the time at
   * which they become due, which can differ from the order of expiry by at most the configured jitter.
   * @throws RangeError for an invalid cursor
   */
  listByExpiry(instance: string, profile: string, page?: PageRequest): Promise<ComputerPage>;
  /**
   * Lists all Macs that have a serial number, name or user, sorted by that field. A Mac can have several index
   * entries, but only one of them determines its position in the list. A page may therefore be shorter than requested
   * and still have a cursor. @throws RangeError for an invalid cursor
   */
  listBy(instance: string, kind: SearchKind, page?: PageRequest): Promise<ComputerPage>;
  /**
   * Lists all Macs that are not retired. The Mac with the latest contact is first. @throws RangeError for an
   * invalid cursor
   */
  list(instance: string, page?: PageRequest): Promise<ComputerPage>;
  /**
   * Lists the Macs that match a filter on the state index, sorted by last contact or by a field that can be
   * searched. `fits` checks conditions that the index does not contain. A page may be shorter than requested, even
   * empty, and still have a cursor. A cursor is also valid for the unfiltered list in the same order (`list`,
   * `listBy`), and vice versa. @throws RangeError for an invalid cursor
   */
  listBand(
    instance: string,
    profile: string,
    band: Band & { order: Order; fits: (computer: KnownComputer) => boolean },
    page?: PageRequest,
  ): Promise<ComputerPage>;
  /**
   * Returns the state of each Mac as of its last assessment, and the time at which the state changes or the
   * certificate expires; `null` for a Mac without a state.
   */
  statesOf(
    instance: string,
    profile: string,
    ids: readonly string[],
  ): Promise<readonly ({ state: ListedState; instant: number } | null)[]>;
  /**
   * Returns the IDs of Macs whose state has changed since their assessment only because time has passed, for example
   * from healthy to due.
   */
  changedByTime(
    instance: string,
    profile: string,
    query: { now: number; limit: number },
  ): Promise<readonly string[]>;
}

/** Creates the queries of the fleet in Redis. */
export function createComputerLists(redis: Redis, key: Key, records: Records): ComputerLists {
  const finder = createFinder(redis, key);
  const getMany = async (instance: string, ids: readonly string[]) =>
    (await records.read(instance, ids)).map(({ known }) => known);
  const notRetired = async (instance: string, ids: readonly string[]) =>
    (await getMany(instance, ids)).filter((one) => one !== null && one.retiredAt === null) as KnownComputer[];
  const bands = createBands({ redis, key, finder, living: notRetired });
  const statesKey = (instance: string, profile: string) => `${computerKeys(key, instance).states}:${profile}`;

  const readRange = async (
    instance: string,
    range: Parameters<typeof readIds>[1],
    page?: PageRequest,
  ): Promise<ComputerPage> => {
    const { ids, cursor } = await readIds(redis, range, page);
    return { computers: await notRetired(instance, ids), cursor };
  };

  /** Reads the Macs of index entries. Entries that do not determine the position of their Mac are left out. */
  const readEntries = async (
    instance: string,
    { kind, text, page }: { kind: SearchKind; text: string | null; page: PageRequest | undefined },
    positionOf: (computer: KnownComputer) => string | undefined,
  ): Promise<ComputerPage> => {
    const { entries, cursor } = await finder.page(instance, kind, text, page);
    const found = await getMany(instance, entries.map(idOf));
    const computers = found.flatMap((computer, index) =>
      computer?.retiredAt === null && positionOf(computer) === entries[index] ? [computer] : [],
    );
    return { computers, cursor };
  };

  return {
    ...createLookups(finder, getMany),

    search: (instance, kind, text, page) =>
      readEntries(instance, { kind, text, page }, (computer) => firstEntryOf(computer, kind, text)),

    async count(instance) {
      const keys = computerKeys(key, instance);
      const [all, retired] = await Promise.all([redis.hlen(keys.computers), redis.zcard(keys.retired)]);
      return { known: all - retired, retired };
    },

    countStates: (instance, profile) => countStates(redis, statesKey(instance, profile)),
    countOverdueBefore: (instance, profile, before) =>
      countOverdueBefore(redis, statesKey(instance, profile), before),

    async missing(instance, profile, query) {
      const { count, ids } = await longestMissing(redis, statesKey(instance, profile), query);
      return { count, longest: await notRetired(instance, ids) };
    },

    listByState: (instance, profile, state, page) =>
      readRange(instance, { key: statesKey(instance, profile), ...boundsOf(state) }, page),

    listByExpiry: (instance, profile, page) =>
      readRange(instance, { key: statesKey(instance, profile), ...EXPIRIES }, page),

    listBy: (instance, kind, page) =>
      readEntries(instance, { kind, text: null, page }, (computer) => anchorOf(computer, kind)),

    list: (instance, page) =>
      readRange(
        instance,
        { key: computerKeys(key, instance).seen, least: '-inf', most: '+inf', descending: true },
        page,
      ),

    listBand: (instance, profile, band, page) => bands.page(instance, profile, band, page),

    async statesOf(instance, profile, ids) {
      if (ids.length === 0) return [];
      const scores = await redis.zmscore(statesKey(instance, profile), ...ids);
      return scores.map((score) => (score === null ? null : stateOfScore(Number(score))));
    },

    changedByTime: (instance, profile, query) => changedByTime(redis, statesKey(instance, profile), query),
  };
}

/** Creates the queries that return single Macs. */
function createLookups(
  finder: Finder,
  getMany: ComputerLists['getMany'],
): Pick<ComputerLists, 'get' | 'getMany' | 'listBySerialNumber' | 'findBySerialNumber' | 'findByUdid'> {
  const same = async (instance: string, kind: 'serialNumber' | 'udid', text: string) => {
    const found = await getMany(instance, await finder.exact(instance, kind, text));
    // The index contains only a part of a UDID, so the UDID in the record is compared as well.
    const folded = text.trim().toUpperCase();
    return currentFirst(
      found.flatMap((one) => (one && (kind !== 'udid' || one.udid.toUpperCase() === folded) ? [one] : [])),
    );
  };
  return {
    async get(instance, id) {
      return (await getMany(instance, [id]))[0] ?? null;
    },
    getMany,
    listBySerialNumber: (instance, serialNumber) => same(instance, 'serialNumber', serialNumber),
    findBySerialNumber: async (instance, text) => (await same(instance, 'serialNumber', text))[0] ?? null,
    findByUdid: async (instance, text) => (await same(instance, 'udid', text))[0] ?? null,
  };
}
