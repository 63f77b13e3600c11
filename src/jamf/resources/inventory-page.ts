import { z } from 'zod';
import type { Computer } from '../../domain/computer.js';
import { JamfError } from '../../domain/jamf-error.js';
import { count } from '../parsing/coerce.js';
import { readRecord, SECTIONS } from '../parsing/computer-record.js';
import type { Answer } from '../transport/outcome.js';
import type { Api } from './api.js';
import type { ServerVersion } from './server/version.js';

/** Dependencies of inventory requests to one server. */
export interface Inventory {
  api: Api;
  version: ServerVersion;
}

/** A request for one page of inventory. */
export interface PageQuery {
  call: 'computers.read' | 'computers.list';
  /** RSQL filter; `''` for the whole fleet. */
  filter: string;
  /** Number of the page, from 0. */
  page: number;
  size: number;
  /**
   * True for a request that searches for the record that makes a page fail. Its status 500 is not retried and does not
   * count as a failure of the server.
   */
  probe?: boolean;
  sections?: readonly string[];
}

/** A page of inventory with the number of its records, and the number of records without a valid ID. */
export interface Page {
  total: number;
  computers: readonly Computer[];
  records: number;
  unreadable: number;
}

/** A page failed, and a single record may be the cause: Jamf Pro answers 500, or the response cannot be read. */
export class PageFailure extends Error {
  /** Throws the error of the call. Used if the page is not divided. */
  readonly rethrow: () => never;

  constructor(message: string, rethrow: () => never) {
    super(message);
    this.name = 'PageFailure';
    this.rethrow = rethrow;
  }
}

const pageSchema = z.object({ totalCount: count, results: z.array(z.unknown()) });

/** Reads one page. @throws PageFailure if a single record may be the cause. */
export async function readPage(inventory: Inventory, query: PageQuery): Promise<Page> {
  const { api } = inventory;
  const { call } = query;
  const answer = await requestPage(inventory, query);
  const understand = () => api.understand(call, pageSchema, answer);
  if (answer.status === 500)
    throw new PageFailure('Jamf Pro answers 500', () => api.refuse(call, 'answers 500'));
  if (answer.json === undefined)
    throw new PageFailure('the response is not valid JSON', () => {
      understand();
      return api.refuse(call, 'the response is not valid JSON');
    });
  const { totalCount, results } = understand();
  return { total: totalCount, records: results.length, ...parseRecords(api, query, results) };
}

async function requestPage(inventory: Inventory, query: PageQuery): Promise<Answer> {
  const { api, version } = inventory;
  const { call, filter, page, size, probe = false, sections = SECTIONS } = query;
  const endpoint = await version.inventory(api);
  const accept = [...(endpoint === 'v4' ? [404] : []), ...(probe ? [500] : [])];
  const request = {
    call,
    method: 'GET' as const,
    path: `/api/${endpoint}/computers-inventory`,
    query: [
      ...sections.map((section) => ['section', section] as const),
      ['page', String(page)] as const,
      ['page-size', String(size)] as const,
      ['sort', 'id:asc'] as const,
      ...(filter === '' ? [] : [['filter', filter] as const]),
    ],
    json: true,
    probe,
    accept,
  };
  const answer = await api.send(request).catch((error: unknown) => {
    if (!(error instanceof JamfError) || error.status !== 500 || error.call !== call) throw error;
    throw new PageFailure('Jamf Pro answers 500', () => {
      throw error;
    });
  });
  if (answer.status !== 404) return answer;
  // If no Mac matches, Jamf Pro returns an empty list and not 404. So this server has no v4 endpoint, whatever version
  // it reports.
  version.fallBack();
  return requestPage(inventory, query);
}

function parseRecords(
  api: Api,
  { call, sections }: PageQuery,
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
  for (const word of new Set(records.flatMap(({ unknownWords }) => unknownWords)))
    api.unknownWord(call, 'lifecycle-status-unknown', word);
  if (sections === undefined)
    api.odd(call, 'section-missing', records.filter(({ missing }) => missing > 0).length);
  return { computers: [...byId.values()], unreadable };
}
