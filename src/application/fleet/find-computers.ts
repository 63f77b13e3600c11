import { assess } from '../../domain/assess.js';
import type { KnownComputer } from '../../domain/known.js';
import type { BlockReason } from '../../domain/redistribution/record.js';
import type { ComputerPage, Ports } from '../ports.js';
import { type Fitting, fits, listFitting } from './filter-by-state.js';
import { Problem } from '../../contract/problem.js';
import { isSearch, refuseBadCursor, search, type Wanted } from './search.js';
import { whichProfiles } from './resolve-instance.js';

/** What the search for Macs uses. */
export type FindPorts = Pick<Ports, 'computers' | 'profiles' | 'redistributions' | 'config' | 'now'>;

/** Orders of a list of Macs. */
export const SORTS = ['contact', 'expiry', 'serialNumber', 'name', 'user'] as const;
type Sort = (typeof SORTS)[number];

/** Which Macs, in which order, from where on. */
export interface ComputerQuery extends Wanted, Fitting {
  id?: string | undefined;
  serialNumber?: string | undefined;
  blocked?: BlockReason | undefined;
  sort?: Sort | undefined;
  profile?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/**
 * A page of Macs. Every combination that is understood is a bounded number of reads, whatever the size of the fleet; a page may hold
 * fewer than asked for, even none, and still have a cursor.
 *
 * @throws Problem when filters do not go together, or the cursor belongs to others.
 */
export async function findComputers(
  instance: string,
  query: ComputerQuery,
  services: FindPorts,
): Promise<ComputerPage> {
  const { computers } = services;
  const { id, serialNumber, state, unknown, expiresBefore, blocked, sort, cursor, limit } = query;
  if (blocked !== undefined) return blockedOnes(instance, { ...query, blocked }, services);
  if (id !== undefined || serialNumber !== undefined) {
    const one =
      id === undefined
        ? await computers.findBySerialNumber(instance, serialNumber ?? '')
        : await computers.get(instance, id);
    return { computers: one ? [one] : [], cursor: null };
  }
  const fitting = { state, unknown, expiresBefore };
  const narrowed = Object.values(fitting).some((one) => one !== undefined);
  const profile = narrowed ? onlyProfile(instance, query.profile, services) : null;
  if (isSearch(query)) {
    if (sort !== undefined)
      throw new Problem(
        'invalid-request',
        'query.sort: what is looked for by a text comes in the order of that text; leave one of the two out.',
      );
    const watched = await whichProfiles(services, instance, profile ?? undefined);
    return search((kind, text, page) => computers.search(instance, kind, text, page), query, {
      page: { cursor, limit },
      byId: (byId) => computers.get(instance, byId),
      alsoIf: (computer) =>
        !narrowed || watched.some((one) => fits(assess(computer, one, services.now()), fitting)),
    });
  }
  if (profile === null) return wholeFleet(instance, query, services).catch(refuseBadCursor);
  const [watched] = await whichProfiles(services, instance, profile);
  if (watched === undefined) return { computers: [], cursor: null };
  if (sort === undefined || sort === 'expiry') {
    if (sort === 'expiry') mustExpire(fitting);
    return listFitting(services, watched, fitting, { cursor, limit });
  }
  const band = {
    ...fitting,
    order: sort,
    fits: (computer: KnownComputer) => fits(assess(computer, watched, services.now()), fitting),
  };
  return computers.listBand(instance, profile, band, { cursor, limit }).catch(refuseBadCursor);
}

/** All of them, in an order: each page is one read of an index. */
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

/** The Macs of redistributions that are blocked for a reason, the one that came to it last first. */
async function blockedOnes(
  instance: string,
  { blocked, profile, cursor, limit, ...others }: ComputerQuery & { blocked: BlockReason },
  { redistributions, computers }: FindPorts,
): Promise<ComputerPage> {
  if (Object.values<unknown>(others).some((one) => one !== undefined))
    throw new Problem(
      'invalid-request',
      'query.blocked: it goes with instance and profile alone; GET redistributions with state and reason tells more.',
    );
  const page = await redistributions
    .page(instance, { reason: blocked, profile, cursor, limit })
    .catch(refuseBadCursor);
  const ids = page.redistributions.map(({ computerId }) => computerId);
  const found = ids.length === 0 ? [] : await computers.getMany(instance, ids);
  return { computers: found.filter((one) => one !== null), cursor: page.cursor };
}

function mustExpire({ state, unknown }: Fitting): void {
  if (unknown === undefined && state !== 'unknown' && state !== 'out-of-scope') return;
  throw new Problem(
    'invalid-request',
    'query.sort: of Macs that are unknown or out of scope no expiry is known; sort by contact, serialNumber, name or user.',
  );
}

function onlyProfile(instance: string, named: string | undefined, { config }: FindPorts): string {
  const names = Object.keys(config.instances[instance]?.profiles ?? {});
  const profile = named ?? (names.length === 1 ? names[0] : undefined);
  if (profile === undefined)
    throw new Problem(
      'invalid-request',
      `A state is that of a profile: say which with "profile" (${names.join(', ')}).`,
    );
  return profile;
}
