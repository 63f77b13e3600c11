import type { Computer } from '../domain/computer.js';
import type { AssessedComputer, KnownComputer, ListedState } from '../domain/known.js';
import type { WatchedProfile } from '../domain/watched.js';

/** How many Macs are in each state for one watched profile. */
export type StateCounts = Readonly<Record<ListedState, number>>;

/** A page of Macs. `cursor` gives the next one, `null` after the last. */
export interface ComputerPage {
  computers: readonly KnownComputer[];
  cursor: string | null;
}

/** Where a page starts (the `cursor` of the one before) and how many Macs it has (default 50, at most 500). */
export interface PageRequest {
  cursor?: string | undefined;
  limit?: number | undefined;
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
    context: { watched: readonly WatchedProfile[]; now: number },
  ): Promise<readonly AssessedComputer[]>;
  /** `null` for a Mac never heard of; a retired one is returned. */
  get(instance: string, id: string): Promise<KnownComputer | null>;
  /** As `get`, in the order asked for. */
  getMany(instance: string, ids: readonly string[]): Promise<readonly (KnownComputer | null)[]>;
  /** By exact serial number, letter case ignored. */
  findBySerialNumber(instance: string, serialNumber: string): Promise<KnownComputer | null>;
  /** Marks Macs that Jamf no longer knows; returns those that were not retired before. They come back by `save`. */
  retire(instance: string, ids: readonly string[], now: number): Promise<readonly string[]>;
  /** Macs in Jamf as far as is known (retired ones not counted), and retired ones. */
  count(instance: string): Promise<{ known: number; retired: number }>;
  /** Counts for one watched profile, as of the last assessment of each Mac. */
  countStates(instance: string, profile: string): Promise<StateCounts>;
  /** Macs in one state, earliest expiry first. */
  listByState(
    instance: string,
    profile: string,
    state: ListedState,
    page?: PageRequest,
  ): Promise<ComputerPage>;
  /** All Macs in Jamf, the one in contact last first. */
  list(instance: string, page?: PageRequest): Promise<ComputerPage>;
  /** Ids of Macs that were healthy when last assessed and are due by now, earliest expiry first. */
  cameDue(watched: WatchedProfile, now: number, limit: number): Promise<readonly string[]>;
  /** Assesses again, with no new facts, what is kept; stores the states. Macs never heard of and retired ones are left out. */
  reassess(
    instance: string,
    ids: readonly string[],
    context: { watched: readonly WatchedProfile[]; now: number },
  ): Promise<readonly AssessedComputer[]>;
}
