import { z } from 'zod';
import type { Computer } from '../../domain/computer.js';
import type { Api } from './api.js';
import type { ComputerFilter, ComputerPage, JamfClient } from '../client.js';
import { SECTIONS, readRecord } from '../parsing/computer-record.js';
import { count, isId } from '../parsing/coerce.js';
import { all, quoted } from './rsql.js';
import type { ServerVersion } from './version.js';

type Call = 'computers.read' | 'computers.list';

/** A page of inventory with the number of its records, and the number of records without a valid ID. */
interface Page extends ComputerPage {
  records: number;
  unreadable: number;
}

const pageSchema = z.object({ totalCount: count, results: z.array(z.unknown()) });

/** Inventory calls (`/v4/computers-inventory`, or `/v3` on servers before 11.30) of the Jamf Pro API. */
export function computerCalls(
  api: Api,
  version: ServerVersion,
): Pick<JamfClient, 'readComputers' | 'listComputers'> {
  return {
    readComputers: async (ids) => {
      const wanted = [...new Set(ids)].filter(isId);
      const found: Computer[] = [];
      for (let from = 0; from < wanted.length; from += api.pageSize)
        found.push(...(await readPageOfIds(api, version, wanted.slice(from, from + api.pageSize))));
      return found;
    },
    listComputers: async (filter, page) => {
      const { total, computers } = await readPage(api, version, 'computers.list', rsqlOf(filter), page);
      return { total, computers };
    },
  };
}

/**
 * Reads the Macs with these IDs, at most one page of them. Callers treat an absent Mac as deleted, so an incomplete response, or
 * one for other Macs, must fail.
 */
async function readPageOfIds(api: Api, version: ServerVersion, ids: readonly string[]): Promise<Computer[]> {
  const call = 'computers.read';
  const wanted = new Set(ids);
  const found = new Map<string, Computer>();
  let received = 0;
  for (let number = 0; number <= ids.length; number += 1) {
    const page = await readPage(api, version, call, `id=in=(${ids.join(',')})`, number);
    if (page.unreadable > 0) api.refuse(call, `${page.unreadable} records without an ID`);
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

async function readPage(
  api: Api,
  version: ServerVersion,
  call: Call,
  filter: string,
  page: number,
): Promise<Page> {
  const inventory = await version.inventory(api);
  const answer = await api.send({
    call,
    method: 'GET',
    path: `/api/${inventory}/computers-inventory`,
    query: [
      ...SECTIONS.map((section) => ['section', section] as const),
      ['page', String(page)],
      ['page-size', String(api.pageSize)],
      ['sort', 'id:asc'],
      ...(filter === '' ? [] : [['filter', filter] as const]),
    ],
    json: true,
    accept: inventory === 'v4' ? [404] : [],
  });
  if (answer.status === 404) {
    // A list never returns 404 for lack of matches, so this server has no v4 endpoint, whatever its version says.
    version.fallBack();
    return readPage(api, version, call, filter, page);
  }
  const { totalCount, results } = api.understand(call, pageSchema, answer);
  return { total: totalCount, records: results.length, ...parseRecords(api, call, results) };
}

function parseRecords(
  api: Api,
  call: Call,
  results: readonly unknown[],
): { computers: Computer[]; unreadable: number } {
  const records = results.map(readRecord).filter((record) => record !== null);
  const byId = new Map<string, Computer>();
  for (const { computer } of records) {
    const other = byId.get(computer.id);
    if (!other || (computer.reportedAt ?? 0) >= (other.reportedAt ?? 0)) byId.set(computer.id, computer);
  }
  const unreadable = results.length - records.length;
  api.odd(call, 'record-without-id', unreadable);
  api.odd(call, 'duplicate-record', records.length - byId.size);
  api.odd(call, 'section-missing', records.filter(({ missing }) => missing > 0).length);
  return { computers: [...byId.values()], unreadable };
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
