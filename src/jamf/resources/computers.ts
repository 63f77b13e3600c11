import type { Computer } from '../../domain/computer.js';
import type { ComputerFilter, ComputerPage, JamfClient } from '../client.js';
import { isId } from '../parsing/coerce.js';
import type { Api } from './api.js';
import { type Part, readDivided } from './divide.js';
import { type Inventory, type Page, PageFailure, readPage } from './inventory-page.js';
import { all, quoted } from './rsql.js';
import type { ServerVersion } from './server/version.js';

/** Creates the inventory calls (`/v4/computers-inventory`, or `/v3` on servers before 11.30) of the Jamf Pro API. */
export function computerCalls(
  api: Api,
  version: ServerVersion,
): Pick<JamfClient, 'readComputers' | 'listComputers'> {
  const inventory = { api, version };
  return {
    readComputers: async (ids, setAside) => {
      const wanted = [...new Set(ids)].filter(isId);
      const found: Computer[] = [];
      for (let from = 0; from < wanted.length; from += api.pageSize)
        found.push(...(await readIds(inventory, wanted.slice(from, from + api.pageSize), setAside)));
      return found;
    },
    listComputers: (filter, page) => listPage(inventory, rsqlOf(filter), page),
  };
}

async function readIds(
  inventory: Inventory,
  ids: readonly string[],
  setAside: ((id: string) => void) | undefined,
): Promise<readonly Computer[]> {
  try {
    return await readPageOfIds(inventory, partOfIds(inventory.api, ids, false));
  } catch (error) {
    if (!(error instanceof PageFailure)) throw error;
    if (!setAside) return error.rethrow();
    const whole = partOfIds(inventory.api, ids, true);
    const result = await readDivided(inventory, whole, error, {
      read: async (part) => ({ total: 0, part, computers: await readPageOfIds(inventory, part) }),
      divide: (part) => halvesOf(part).map((half) => partOfIds(inventory.api, half, true)),
    });
    const done = new Set(result.read.flatMap(({ part }) => part.ids ?? []));
    for (const id of ids.filter((one) => !done.has(one))) setAside(id);
    return result.read.flatMap(({ computers }) => computers);
  }
}

const partOfIds = ({ pageSize: size }: Api, ids: readonly string[], probe: boolean): Part => ({
  call: 'computers.read',
  ids,
  name: `computer ${ids.join(', ')}`,
  filter: `id=in=(${ids.join(',')})`,
  page: 0,
  size,
  probe,
});

function halvesOf({ ids = [] }: Part): (readonly string[])[] {
  const half = Math.ceil(ids.length / 2);
  return ids.length > 1 ? [ids.slice(0, half), ids.slice(half)] : [];
}

/**
 * Reads the Macs with these IDs, at most one page of them. The calling code treats a missing Mac as deleted, so an
 * incomplete response, or a response for other Macs, must fail.
 */
async function readPageOfIds(inventory: Inventory, part: Part): Promise<Computer[]> {
  const { api } = inventory;
  const { call } = part;
  const wanted = new Set(part.ids);
  const found = new Map<string, Computer>();
  let received = 0;
  for (let number = 0; number <= wanted.size; number += 1) {
    const page = await readPage(inventory, { ...part, page: number });
    if (page.unreadable > 0) {
      const what = `${page.unreadable} records without an ID`;
      throw new PageFailure(what, () => api.refuse(call, what));
    }
    const requested = page.computers.filter(({ id }) => wanted.has(id));
    api.odd(call, 'not-asked-for', page.computers.length - requested.length);
    if (page.computers.length > 0 && requested.length === 0)
      api.refuse(call, 'only computers that were not requested');
    for (const computer of requested) found.set(computer.id, computer);
    received += page.records;
    if (received >= page.total || found.size === wanted.size) return [...found.values()];
    if (page.records === 0) break;
  }
  return api.refuse(call, 'fewer records than totalCount');
}

async function listPage(inventory: Inventory, filter: string, page: number): Promise<ComputerPage> {
  const size = inventory.api.pageSize;
  const whole = { call: 'computers.list' as const, filter, page, size };
  try {
    const { total, computers, records } = await readPage(inventory, whole);
    return { total, computers, records };
  } catch (error) {
    if (!(error instanceof PageFailure)) throw error;
    let known = Infinity;
    const read = async (part: Part): Promise<Page> => {
      if (part.page * part.size >= known) return { total: known, computers: [], records: 0, unreadable: 0 };
      const result = await readPage(inventory, part);
      known = result.total;
      return result;
    };
    const {
      read: pages,
      setAside,
      total,
    } = await readDivided(inventory, partOf(whole), error, { read, divide: smallerPages });
    return {
      total: total ?? setAside.length,
      computers: pages.flatMap(({ computers }) => computers),
      records: pages.reduce((sum, { records }) => sum + records, setAside.length),
      setAside: setAside.flatMap(({ id }) => id ?? []),
      withoutId: setAside.flatMap(({ id, name }) => (id === null ? [name] : [])),
    };
  }
}

const partOf = (query: Omit<Part, 'name' | 'probe'>): Part => ({
  ...query,
  probe: true,
  name: `record ${query.page * query.size + 1} in the order of IDs`,
});

/**
 * Divides a page by the smallest prime factor of its size. Jamf Pro counts pages in the requested page size, so each
 * part gets a page number for its own size.
 */
function smallerPages(part: Part): Part[] {
  const { page, size } = part;
  if (size === 1) return [];
  let factor = 2;
  while (size % factor !== 0) factor += 1;
  return Array.from({ length: factor }, (_, index) =>
    partOf({ ...part, page: page * factor + index, size: size / factor }),
  );
}

function rsqlOf({ reportedAfter, serialNumber, username, name }: ComputerFilter): string {
  return all([
    ...(reportedAfter === undefined
      ? []
      : [`general.reportDate=gt=${new Date(reportedAfter).toISOString()}`]),
    ...(serialNumber === undefined ? [] : [`hardware.serialNumber==${quoted(serialNumber)}`]),
    ...(username === undefined ? [] : [`userAndLocation.username==${quoted(username)}`]),
    ...(name === undefined ? [] : [`general.name==${quoted(name)}`]),
  ]);
}
