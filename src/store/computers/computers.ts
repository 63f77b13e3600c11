import type { Redis } from 'ioredis';
import { assess } from '../../domain/assess.js';
import type { Computer } from '../../domain/computer.js';
import type { AssessedComputer, KnownComputer, ListedState } from '../../domain/known.js';
import { currentFirst } from '../../domain/mac-records.js';
import { mergeInventory, retireComputer } from '../../domain/merge.js';
import { renewedBetween } from '../../domain/renewal.js';
import type { WatchedProfile } from '../../domain/watched.js';
import { computerKeys } from './keys.js';
import { type PageRequest, readIds } from './paging.js';
import { createFinder } from './find.js';
import { createRecords } from './records.js';
import { type Band, boundsOf, changedByTime, countStates, EXPIRIES, stateOfScore } from './states.js';
import { createBands, type Order } from './band.js';
import { anchorOf, firstEntryOf, idOf, type SearchKind } from '../../domain/search-terms.js';
import type { Key } from '../redis/keys.js';

export type { PageRequest } from './paging.js';

/** Number of Macs in each state, for one watched profile. */
export type StateCounts = Readonly<Record<ListedState, number>>;

/** A page of Macs. `cursor` requests the next page; `null` on the last page. */
export interface ComputerPage {
  computers: readonly KnownComputer[];
  cursor: string | null;
}

/** The watched profiles to assess for, and the reference time: the start of the Jamf Pro call, or the current time when nothing was read. */
export interface AssessContext {
  watched: readonly WatchedProfile[];
  now: number;
}

/** The fleet of every instance: inventory facts of each Mac, and its state for each watched profile. */
export interface ComputerStore {
  /**
   * Merges inventory into the known facts, assesses each Mac for each watched profile, and stores both with all indexes.
   * Empty values never overwrite known values, and older inventory never overwrites newer. Concurrent writers are safe. Returns the
   * merged Macs in input order. Two round trips per batch; pass at most a few hundred Macs.
   */
  save(
    instance: string,
    computers: readonly Computer[],
    context: AssessContext,
  ): Promise<readonly AssessedComputer[]>;
  /** Returns a Mac, retired or not; `null` when it is unknown. */
  get(instance: string, id: string): Promise<KnownComputer | null>;
  /** Returns several Macs as `get` does, in input order. */
  getMany(instance: string, ids: readonly string[]): Promise<readonly (KnownComputer | null)[]>;
  /** Returns all records with exactly this serial number, case-insensitive, the current one first: a Mac can have several records. */
  listBySerialNumber(instance: string, serialNumber: string): Promise<readonly KnownComputer[]>;
  /** Finds a Mac by exact serial number, case-insensitive; among several records the current one (see `currentFirst`). */
  findBySerialNumber(instance: string, serialNumber: string): Promise<KnownComputer | null>;
  /** Finds a Mac by exact UDID, in the same way. */
  findByUdid(instance: string, udid: string): Promise<KnownComputer | null>;
  /**
   * Finds Macs that are not retired by the beginning of the serial number, or of a word of the name or user (username, real name, email
   * address). Returns each Mac once, sorted by the searched field. @throws RangeError for an invalid cursor
   */
  search(instance: string, kind: SearchKind, text: string, page?: PageRequest): Promise<ComputerPage>;
  /**
   * Retires Macs that a Jamf Pro call started at `now` did not find: they are removed from every list. Returns those that were not
   * retired before. The record stays, and `save` restores the Mac.
   */
  retire(instance: string, ids: readonly string[], context: AssessContext): Promise<readonly KnownComputer[]>;
  /** Counts known Macs (without retired ones) and retired Macs. */
  count(instance: string): Promise<{ known: number; retired: number }>;
  /** Counts Macs by state for one watched profile, as of the last assessment of each Mac. */
  countStates(instance: string, profile: string): Promise<StateCounts>;
  /** Lists Macs in one state, earliest state change or certificate expiry first. @throws RangeError for an invalid cursor */
  listByState(
    instance: string,
    profile: string,
    state: ListedState,
    page?: PageRequest,
  ): Promise<ComputerPage>;
  /**
   * Lists Macs in scope with a known expiry, earliest first. Healthy Macs are sorted by due date, which differs from the order of expiry
   * by up to the jitter. @throws RangeError for an invalid cursor
   */
  listByExpiry(instance: string, profile: string, page?: PageRequest): Promise<ComputerPage>;
  /**
   * Lists all Macs that have a serial number, name or user, sorted by it. A page may be shorter than requested and still have a cursor,
   * because further index entries of a Mac are skipped. @throws RangeError for an invalid cursor
   */
  listBy(instance: string, kind: SearchKind, page?: PageRequest): Promise<ComputerPage>;
  /** Lists all Macs that are not retired, latest contact first. @throws RangeError for an invalid cursor */
  list(instance: string, page?: PageRequest): Promise<ComputerPage>;
  /**
   * Lists Macs that match a filter on the state index, sorted by contact or by a searched field. `fits` checks conditions that the
   * index does not contain. A page may be shorter than requested, even empty, and still have a cursor. Cursors are interchangeable with
   * those of the list without a filter. @throws RangeError for an invalid cursor
   */
  listBand(
    instance: string,
    profile: string,
    band: Band & { order: Order; fits: (computer: KnownComputer) => boolean },
    page?: PageRequest,
  ): Promise<ComputerPage>;
  /**
   * Returns the states of Macs as of their last assessment, and the time at which the state changes or the certificate expires; `null`
   * for a Mac without a state.
   */
  statesOf(
    instance: string,
    profile: string,
    ids: readonly string[],
  ): Promise<readonly ({ state: ListedState; instant: number } | null)[]>;
  /** Returns IDs of Macs whose state has changed with time since their assessment, such as from healthy to due. */
  changedByTime(
    instance: string,
    profile: string,
    query: { now: number; limit: number },
  ): Promise<readonly string[]>;
  /** Assesses stored Macs again without reading new facts, and stores the states. Skips unknown and retired Macs. */
  reassess(
    instance: string,
    ids: readonly string[],
    context: AssessContext,
  ): Promise<readonly AssessedComputer[]>;
  /**
   * Returns IDs of Macs, not retired, that were last read from Jamf Pro before `since`; a full sweep since then did not find them. Scans
   * the fleet in pages: `cursor` is '0' at the start and '0' again after the last page. An ID may appear twice.
   */
  unreadSince(
    instance: string,
    since: number,
    cursor: string,
  ): Promise<{ ids: readonly string[]; cursor: string }>;
}

/** Creates the fleet store in Redis. */
export function createComputerStore({ redis, key }: { redis: Redis; key: Key }): ComputerStore {
  const finder = createFinder(redis, key);
  const records = createRecords(redis, key);
  const known = async (instance: string): Promise<{ known: number; retired: number }> => {
    const keys = computerKeys(key, instance);
    const [all, retired] = await Promise.all([redis.hlen(keys.computers), redis.zcard(keys.retired)]);
    return { known: all - retired, retired };
  };
  const getMany = async (instance: string, ids: readonly string[]) =>
    (await records.read(instance, ids)).map(({ known }) => known);
  const notRetired = async (instance: string, ids: readonly string[]) =>
    (await getMany(instance, ids)).filter((one) => one !== null && one.retiredAt === null) as KnownComputer[];

  const same = async (instance: string, kind: 'serialNumber' | 'udid', text: string) => {
    const found = await getMany(instance, await finder.exact(instance, kind, text));
    // The term of a UDID is shortened, so the record is compared, too.
    const folded = text.trim().toUpperCase();
    return currentFirst(
      found.flatMap((one) => (one && (kind !== 'udid' || one.udid.toUpperCase() === folded) ? [one] : [])),
    );
  };

  const bands = createBands({ redis, key, finder, living: notRetired });

  return {
    async save(instance, computers, { watched, now }) {
      const fresh = new Map(computers.map((computer) => [computer.id, computer]));
      const saved = await records.change(instance, [...fresh.keys()], watched, (rows) => {
        const merged = rows.flatMap(({ id, known }) => {
          const computer = fresh.get(id);
          if (!computer) return [];
          const after = mergeInventory(known, computer, { watched, readAt: now });
          return [{ after, renewed: renewedBetween(known, after, watched, now) }];
        });
        return merged.map(({ after, renewed }) => ({ ...assessFor(after, watched, now), renewed }));
      });
      return computers.flatMap(({ id }) => saved.get(id) ?? []);
    },

    async get(instance, id) {
      return (await getMany(instance, [id]))[0] ?? null;
    },
    getMany,

    listBySerialNumber: (instance, serialNumber) => same(instance, 'serialNumber', serialNumber),

    findBySerialNumber: async (instance, text) => (await same(instance, 'serialNumber', text))[0] ?? null,
    findByUdid: async (instance, text) => (await same(instance, 'udid', text))[0] ?? null,

    async search(instance, kind, text, page) {
      const { entries, cursor } = await finder.page(instance, kind, text, page);
      const found = await getMany(instance, entries.map(idOf));
      const computers = found.flatMap((computer, index) =>
        computer?.retiredAt === null && firstEntryOf(computer, kind, text) === entries[index]
          ? [computer]
          : [],
      );
      return { computers, cursor };
    },

    async retire(instance, ids, { watched, now }) {
      const retired = await records.change(instance, ids, watched, (rows) =>
        rows.flatMap(({ known }) => {
          const computer = known && retireComputer(known, now);
          return computer ? [{ computer, assessments: {} }] : [];
        }),
      );
      return [...retired.values()].map(({ computer }) => computer);
    },

    count: known,

    countStates: (instance, profile) =>
      countStates(redis, `${computerKeys(key, instance).states}:${profile}`),

    async listByState(instance, profile, state, page) {
      const range = { key: `${computerKeys(key, instance).states}:${profile}`, ...boundsOf(state) };
      const { ids, cursor } = await readIds(redis, range, page);
      return { computers: await notRetired(instance, ids), cursor };
    },

    async listByExpiry(instance, profile, page) {
      const range = { key: `${computerKeys(key, instance).states}:${profile}`, ...EXPIRIES };
      const { ids, cursor } = await readIds(redis, range, page);
      return { computers: await notRetired(instance, ids), cursor };
    },

    async listBy(instance, kind, page) {
      const { entries, cursor } = await finder.page(instance, kind, null, page);
      const found = await getMany(instance, entries.map(idOf));
      const computers = found.flatMap((computer, index) =>
        computer?.retiredAt === null && anchorOf(computer, kind) === entries[index] ? [computer] : [],
      );
      return { computers, cursor };
    },

    async list(instance, page) {
      const range = {
        key: computerKeys(key, instance).seen,
        least: '-inf',
        most: '+inf',
        descending: true,
      } as const;
      const { ids, cursor } = await readIds(redis, range, page);
      return { computers: await notRetired(instance, ids), cursor };
    },

    listBand: (instance, profile, band, page) => bands.page(instance, profile, band, page),

    async statesOf(instance, profile, ids) {
      if (ids.length === 0) return [];
      const scores = await redis.zmscore(`${computerKeys(key, instance).states}:${profile}`, ...ids);
      return scores.map((score) => (score === null ? null : stateOfScore(Number(score))));
    },

    changedByTime: (instance, profile, query) =>
      changedByTime(redis, `${computerKeys(key, instance).states}:${profile}`, query),

    async reassess(instance, ids, { watched, now }) {
      const assessed = await records.change(instance, ids, watched, (rows) =>
        rows.flatMap(({ known }) => (known?.retiredAt === null ? [assessFor(known, watched, now)] : [])),
      );
      return [...assessed.values()];
    },

    unreadSince: (instance, since, cursor) => records.unreadSince(instance, since, cursor),
  };
}

function assessFor(
  computer: KnownComputer,
  watched: readonly WatchedProfile[],
  now: number,
): AssessedComputer {
  const assessments = watched.map((profile) => [profile.name, assess(computer, profile, now)] as const);
  return { computer, assessments: Object.fromEntries(assessments) };
}
