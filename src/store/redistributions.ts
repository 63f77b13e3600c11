import type { Redistribution, State } from '../domain/redistribution/record.js';

/** Which ones to list, newest first. `cursor` is that of the page before; `limit` is 50 unless told, at most 500. */
export interface RedistributionQuery {
  state?: State | undefined;
  profile?: string | undefined;
  computerId?: string | undefined;
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

/** The redistributions of every instance, open and closed. */
export interface RedistributionStore {
  /**
   * Stores a new one, unless one is open for the same instance, profile and Mac: decided in one step, whoever else tries.
   * Returns the one that is open now and whether it is the new one.
   */
  open(record: Redistribution): Promise<{ opened: boolean; record: Redistribution }>;
  /** `null` when there is none, or when it was pruned. */
  read(instance: string, id: string): Promise<Redistribution | null>;
  /**
   * Replaces what was read before, with every index; the version becomes one more. Returns what is stored now, or `null` when somebody
   * else was quicker: then nothing was changed.
   */
  compareAndSet(previous: Redistribution, next: Redistribution): Promise<Redistribution | null>;
  /** The open one of a Mac and profile. A settling one is open. */
  openFor(instance: string, profile: string, computerId: string): Promise<Redistribution | null>;
  /** The latest one of a Mac and profile, open or not. */
  lastFor(instance: string, profile: string, computerId: string): Promise<Redistribution | null>;
  page(instance: string, query?: RedistributionQuery): Promise<RedistributionPage>;
  counts(instance: string): Promise<RedistributionCounts>;
  /** Attempts for a Mac and profile since an instant, over all redistributions. */
  attemptsSince(instance: string, profile: string, computerId: string, since: number): Promise<number>;
  /** Ids of open ones, in pages: `cursor` is '0' at first and '0' again after the last. */
  openIds(instance: string, cursor: string): Promise<{ ids: readonly string[]; cursor: string }>;
  /** Notes that there is news for one, so that a step under way looks again. `takeNews` says whether there was and forgets it. */
  noteNews(instance: string, id: string): Promise<void>;
  takeNews(instance: string, id: string): Promise<boolean>;
  hasNews(instance: string, id: string): Promise<boolean>;
  /** Forgets up to `limit` that were closed before an instant, oldest first. Returns how many. */
  prune(instance: string, closedBefore: number, limit: number): Promise<number>;
}
