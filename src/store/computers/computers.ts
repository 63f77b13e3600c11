import type { Redis } from 'ioredis';
import { assess } from '../../domain/assess.js';
import type { Computer } from '../../domain/computer.js';
import type { AssessedComputer, KnownComputer, ListedState } from '../../domain/known.js';
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

/** How many Macs are in each state for one watched profile. */
export type StateCounts = Readonly<Record<ListedState, number>>;

/** A page of Macs. `cursor` gives the next one, `null` after the last. */
export interface ComputerPage {
  computers: readonly KnownComputer[];
  cursor: string | null;
}

/** The watched profiles to assess for, and the instant: when the call to Jamf began, or now when nothing was read. */
export interface AssessContext {
  watched: readonly WatchedProfile[];
  now: number;
}

/** The fleet of every instance: facts from Jamf's inventory, and the state of each Mac for each watched profile. */
export interface ComputerStore {
  /**
   * Merges inventory into what is known, assesses each Mac for each watched profile, and stores both with all indexes.
   * Known values are never overwritten by blanks, nor newer inventory by older; two writers are safe. Returns the merged Macs in the
   * order given. Costs two round trips for a batch; give at most some hundred Macs.
   */
  save(
    instance: string,
    computers: readonly Computer[],
    context: AssessContext,
  ): Promise<readonly AssessedComputer[]>;
  /** `null` for a Mac never heard of; a retired one is returned. */
  get(instance: string, id: string): Promise<KnownComputer | null>;
  /** As `get`, in the order asked for. */
  getMany(instance: string, ids: readonly string[]): Promise<readonly (KnownComputer | null)[]>;
  /** By exact serial number, letter case ignored. */
  findBySerialNumber(instance: string, serialNumber: string): Promise<KnownComputer | null>;
  /** By exact udid, letter case ignored. */
  findByUdid(instance: string, udid: string): Promise<KnownComputer | null>;
  /**
   * Macs, not retired, whose serial number begins with a text; or of whose name or user (username, real name, email address) a word
   * does. Each Mac once, in the order of what is searched by. @throws RangeError on a bad cursor
   */
  search(instance: string, kind: SearchKind, text: string, page?: PageRequest): Promise<ComputerPage>;
  /**
   * Marks Macs that a call begun at `now` did not find in Jamf, and takes them out of every list; returns those that were not retired
   * before. Their record stays, and `save` brings them back.
   */
  retire(instance: string, ids: readonly string[], context: AssessContext): Promise<readonly KnownComputer[]>;
  /** Macs in Jamf as far as is known (retired ones not counted), and retired ones. */
  count(instance: string): Promise<{ known: number; retired: number }>;
  /** Counts for one watched profile, as of the last assessment of each Mac. */
  countStates(instance: string, profile: string): Promise<StateCounts>;
  /** Macs in one state, the one whose state changes (or whose certificate expires) first. @throws RangeError on a bad cursor */
  listByState(
    instance: string,
    profile: string,
    state: ListedState,
    page?: PageRequest,
  ): Promise<ComputerPage>;
  /**
   * Macs in scope whose expiry is known, the certificate that ends first at the top; among healthy ones, which are in the order in which
   * they become due, up to the jitter. @throws RangeError on a bad cursor
   */
  listByExpiry(instance: string, profile: string, page?: PageRequest): Promise<ComputerPage>;
  /**
   * All Macs that have a serial number, a name or a user, in the order of it. A page may hold fewer than asked for and still have a
   * cursor: what a Mac is also found by is passed over. @throws RangeError on a bad cursor
   */
  listBy(instance: string, kind: SearchKind, page?: PageRequest): Promise<ComputerPage>;
  /** All Macs in Jamf, the one in contact last first. @throws RangeError on a bad cursor */
  list(instance: string, page?: PageRequest): Promise<ComputerPage>;
  /**
   * Macs of a band of states, in an order that is not that of the states. What the index does not know `fits` says. A page may hold fewer
   * than asked for, even none, and still have a cursor; that of the list without a band means the same. @throws RangeError on a bad cursor
   */
  listBand(
    instance: string,
    profile: string,
    band: Band & { order: Order; fits: (computer: KnownComputer) => boolean },
    page?: PageRequest,
  ): Promise<ComputerPage>;
  /**
   * The states of some Macs as of their last assessment, and when time alone changes each (or when its certificate ends); `null` for a Mac
   * that is in none.
   */
  statesOf(
    instance: string,
    profile: string,
    ids: readonly string[],
  ): Promise<readonly ({ state: ListedState; instant: number } | null)[]>;
  /** Ids of Macs whose state time alone has changed since they were assessed: healthy ones that are due by now, and so on. */
  changedByTime(
    instance: string,
    profile: string,
    query: { now: number; limit: number },
  ): Promise<readonly string[]>;
  /** Assesses again, with no new facts, what is kept; stores the states. Macs never heard of and retired ones are left out. */
  reassess(
    instance: string,
    ids: readonly string[],
    context: AssessContext,
  ): Promise<readonly AssessedComputer[]>;
  /**
   * Ids of Macs, not retired, that were last read from Jamf before an instant: a whole sweep since then has not met them. In pages over
   * the whole fleet: `cursor` is '0' at first and '0' again after the last. An id may come twice.
   */
  unreadSince(
    instance: string,
    since: number,
    cursor: string,
  ): Promise<{ ids: readonly string[]; cursor: string }>;
}

/** The fleet in Redis. */
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
  const living = async (instance: string, ids: readonly string[]) =>
    (await getMany(instance, ids)).filter((one) => one !== null && one.retiredAt === null) as KnownComputer[];

  const bands = createBands({ redis, key, finder, living });

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

    async findBySerialNumber(instance, serialNumber) {
      return best(await getMany(instance, await finder.exact(instance, 'serialNumber', serialNumber)));
    },

    async findByUdid(instance, udid) {
      const found = await getMany(instance, await finder.exact(instance, 'udid', udid));
      return best(found.filter((one) => one?.udid.toUpperCase() === udid.trim().toUpperCase()));
    },

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
      return { computers: await living(instance, ids), cursor };
    },

    async listByExpiry(instance, profile, page) {
      const range = { key: `${computerKeys(key, instance).states}:${profile}`, ...EXPIRIES };
      const { ids, cursor } = await readIds(redis, range, page);
      return { computers: await living(instance, ids), cursor };
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
      return { computers: await living(instance, ids), cursor };
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

/** Of several with the same mark (a Mac that was deleted in Jamf and enrolled again) the one that Jamf still has. */
function best(found: readonly (KnownComputer | null)[]): KnownComputer | null {
  return found.find((one) => one?.retiredAt === null) ?? found.find((one) => one !== null) ?? null;
}
