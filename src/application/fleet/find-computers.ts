import { assess } from '../../domain/assess.js';
import type { KnownComputer } from '../../domain/known.js';
import { inUse } from '../../domain/mac-records.js';
import type { BlockReason } from '../../domain/redistribution/record.js';
import type { ComputerPage, Ports } from '../ports.js';
import { type StateFilter, matchesState, listByFilter } from './filter-by-state.js';
import { Problem } from '../../contract/problem.js';
import { isSearch, refuseBadCursor, search, type SearchTerms } from './search.js';
import { resolveProfiles } from './resolve-instance.js';

/** The ports that the search for Macs uses. */
export type FindPorts = Pick<Ports, 'computers' | 'profiles' | 'redistributions' | 'config' | 'now'>;

/** The orders in which Macs can be listed. */
export const SORTS = ['contact', 'expiry', 'serialNumber', 'name', 'user'] as const;
type Sort = (typeof SORTS)[number];

/** Filters, sort order and page of a list of Macs. */
export interface ComputerQuery extends SearchTerms, StateFilter {
  id?: string | undefined;
  serialNumber?: string | undefined;
  blocked?: BlockReason | undefined;
  sort?: Sort | undefined;
  profile?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/**
 * Returns a page of Macs. Every supported combination of filters needs a limited number of reads, regardless of
 * the size of the fleet. A page may have fewer Macs than `limit`, even none, and still have a cursor.
 * @throws Problem when the filters cannot be combined, or the cursor is not from a page with the same filters.
 */
export async function findComputers(
  instance: string,
  query: ComputerQuery,
  services: FindPorts,
): Promise<ComputerPage> {
  const { computers } = services;
  const { id, serialNumber, state, unknown, expiresBefore, blocked, sort, cursor, limit } = query;
  if (blocked !== undefined) return listBlocked(instance, { ...query, blocked }, services);
  if (id !== undefined || serialNumber !== undefined) {
    const found =
      id === undefined
        ? inUse(await computers.listBySerialNumber(instance, serialNumber ?? ''), services.now())
        : ((await computers.get(instance, id)) ?? []);
    return { computers: [found].flat(), cursor: null };
  }
  const fitting = { state, unknown, expiresBefore };
  const narrowed = Object.values(fitting).some((value) => value !== undefined);
  const profile = narrowed ? onlyProfile(instance, query.profile, services) : null;
  if (isSearch(query)) {
    if (sort !== undefined)
      throw new Problem(
        'invalid-request',
        'query.sort: search results have a fixed order. Omit "sort", or omit the search text.',
      );
    const profiles = await resolveProfiles(services, instance, profile ?? undefined);
    return search((kind, text, page) => computers.search(instance, kind, text, page), query, {
      page: { cursor, limit },
      byId: (byId) => computers.get(instance, byId),
      alsoIf: (computer) =>
        !narrowed ||
        profiles.some((watched) => matchesState(assess(computer, watched, services.now()), fitting)),
    });
  }
  if (profile === null) return wholeFleet(instance, query, services).catch(refuseBadCursor);
  const [watched] = await resolveProfiles(services, instance, profile);
  if (watched === undefined) return { computers: [], cursor: null };
  if (sort === undefined || sort === 'expiry') {
    if (sort === 'expiry') requireExpiry(fitting);
    return listByFilter(services, watched, fitting, { cursor, limit });
  }
  const band = {
    ...fitting,
    order: sort,
    fits: (computer: KnownComputer) => matchesState(assess(computer, watched, services.now()), fitting),
  };
  return computers.listBand(instance, profile, band, { cursor, limit }).catch(refuseBadCursor);
}

/** Returns a page of the entire fleet in the given order. Takes one read of an index. */
function wholeFleet(
  instance: string,
  { sort = 'contact', profile, cursor, limit }: ComputerQuery,
  services: FindPorts,
): Promise<ComputerPage> {
  const { computers } = services;
  if (sort === 'contact') return computers.list(instance, { cursor, limit });
  if (sort !== 'expiry') return computers.listBy(instance, sort, { cursor, limit });
  return computers.listByExpiry(instance, onlyProfile(instance, profile, services), { cursor, limit });
}

/** Returns the Macs whose redistribution is blocked for the given reason, the most recently blocked Mac first. */
async function listBlocked(
  instance: string,
  { blocked, profile, cursor, limit, ...others }: ComputerQuery & { blocked: BlockReason },
  { redistributions, computers }: FindPorts,
): Promise<ComputerPage> {
  if (Object.values<unknown>(others).some((value) => value !== undefined))
    throw new Problem(
      'invalid-request',
      'query.blocked: can be combined with instance and profile only. For more details use GET redistributions with state and reason.',
    );
  const page = await redistributions
    .page(instance, { reason: blocked, profile, cursor, limit })
    .catch(refuseBadCursor);
  const ids = page.redistributions.map(({ computerId }) => computerId);
  const found = ids.length === 0 ? [] : await computers.getMany(instance, ids);
  return { computers: found.filter((computer) => computer !== null), cursor: page.cursor };
}

function requireExpiry({ state, unknown }: StateFilter): void {
  if (unknown === undefined && state !== 'unknown' && state !== 'out-of-scope') return;
  throw new Problem(
    'invalid-request',
    'query.sort: Macs that are unknown or out of scope have no known expiry. Sort by contact, serialNumber, name or user.',
  );
}

function onlyProfile(instance: string, named: string | undefined, { config }: FindPorts): string {
  const names = Object.keys(config.instances[instance]?.profiles ?? {});
  const profile = named ?? (names.length === 1 ? names[0] : undefined);
  if (profile === undefined)
    throw new Problem(
      'invalid-request',
      `A state belongs to one profile. Specify it with "profile" (${names.join(', ')}).`,
    );
  return profile;
}
