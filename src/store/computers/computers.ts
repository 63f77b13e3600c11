import { assess } from '../../domain/assess.js';
import type { Certificate, Computer } from '../../domain/computer.js';
import type { AssessedComputer, KnownComputer } from '../../domain/known.js';
import { missingSince } from '../../domain/health/missing.js';
import { declareCertificate, mergeInventory, retireComputer } from '../../domain/merge.js';
import { renewedBetween } from '../../domain/renewal.js';
import type { WatchedProfile } from '../../domain/watched.js';
import { type ComputerLists, createComputerLists } from './lists.js';
import { computerKeys } from './keys.js';
import { createRecords } from './records.js';
import { type StoreAccess, unreported } from '../redis/unreadable.js';

export type { ComputerPage } from './lists.js';
export type { PageRequest } from './paging.js';

/**
 * Input of an assessment: the watched profiles, and the time for which the Macs are assessed. If the Macs were read
 * from Jamf Pro, this is the time at which the call started.
 */
export interface AssessContext {
  watched: readonly WatchedProfile[];
  now: number;
}

/**
 * Stores the fleet of every Jamf Pro server: the inventory of each Mac, and the state of its certificate for each
 * watched profile.
 */
export interface ComputerStore extends ComputerLists {
  /**
   * Merges new inventory into the stored inventory, assesses each Mac for each watched profile, and stores both
   * with all indexes. Empty values never overwrite known values, and older inventory never overwrites newer
   * inventory. Several processes can write at the same time. Returns the merged Macs in the order of the input,
   * without those whose record a newer version of Recert wrote. Takes two Redis round trips per call; pass at most
   * a few hundred Macs.
   */
  save(
    instance: string,
    computers: readonly Computer[],
    context: AssessContext,
  ): Promise<readonly AssessedComputer[]>;
  /**
   * Retires Macs that Jamf Pro did not return in a call that started at `now`: they are removed from every list.
   * Returns the Macs that were not retired before. Their records are kept, and `save` restores a Mac.
   */
  retire(instance: string, ids: readonly string[], context: AssessContext): Promise<readonly KnownComputer[]>;
  /** Assesses stored Macs again without new inventory, and stores the states. Unknown and retired Macs are skipped. */
  reassess(
    instance: string,
    ids: readonly string[],
    context: AssessContext,
  ): Promise<readonly AssessedComputer[]>;
  /**
   * Adds a certificate that the declarative status of a Mac showed, and assesses the Mac again. The certificate is
   * kept until the Mac reports inventory after `now`, which then determines its certificates.
   */
  declare(instance: string, id: string, certificate: Certificate, context: AssessContext): Promise<void>;
  /** Returns the number of Macs that were retired at or after `since`, epoch milliseconds. */
  retiredSince(instance: string, since: number): Promise<number>;
  /**
   * Returns the IDs of Macs that were last read from Jamf Pro before `since` and are not retired: a full sweep that
   * started at `since` did not find these Macs. Reads the fleet in pages: `cursor` is '0' for the first page, and '0'
   * is returned after the last page. An ID may be returned twice.
   */
  unreadSince(
    instance: string,
    since: number,
    cursor: string,
  ): Promise<{ ids: readonly string[]; cursor: string }>;
}

/** Creates the store of the fleet in Redis. */
export function createComputerStore({ redis, key, report = unreported }: StoreAccess): ComputerStore {
  const records = createRecords(redis, key, report);
  return {
    ...createComputerLists(redis, key, records),

    async save(instance, computers, { watched, now }) {
      const fresh = new Map(computers.map((computer) => [computer.id, computer]));
      const saved = await records.change(instance, [...fresh.keys()], watched, (rows) => {
        const merged = rows.flatMap(({ id, known }) => {
          const computer = fresh.get(id);
          if (!computer) return [];
          const after = mergeInventory(known, computer, { watched, readAt: now });
          return [{ known, after, renewed: renewedBetween(known, after, watched, now) }];
        });
        return merged.map(({ known, after, renewed }) => ({
          ...assessFor(known, after, { watched, now }),
          renewed,
        }));
      });
      return computers.flatMap(({ id }) => saved.get(id) ?? []);
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

    async reassess(instance, ids, { watched, now }) {
      const assessed = await records.change(instance, ids, watched, (rows) =>
        rows.flatMap(({ known }) =>
          known?.retiredAt === null ? [assessFor(known, known, { watched, now })] : [],
        ),
      );
      return [...assessed.values()];
    },

    async declare(instance, id, certificate, { watched, now }) {
      await records.change(instance, [id], watched, (rows) =>
        rows.flatMap(({ known }) =>
          known?.retiredAt === null
            ? [assessFor(known, declareCertificate(known, certificate, now), { watched, now })]
            : [],
        ),
      );
    },

    retiredSince: (instance, since) => redis.zcount(computerKeys(key, instance).retired, since, '+inf'),

    unreadSince: (instance, since, cursor) => records.unreadSince(instance, since, cursor),
  };
}

/** Assesses a Mac. `before`: the Mac as it was stored; `null` for a new Mac. */
function assessFor(
  before: KnownComputer | null,
  after: KnownComputer,
  { watched, now }: AssessContext,
): AssessedComputer {
  const assessments = Object.fromEntries(
    watched.map((profile) => [profile.name, assess(after, profile, now)] as const),
  );
  return {
    computer: { ...after, missingSince: missingSince(before, after, { assessments, now }) },
    assessments,
  };
}
