import { type Inventory, type Page, PageFailure, type PageQuery, readPage } from './inventory-page.js';

/** The part of a page that is read with one request. */
export interface Part extends PageQuery {
  /** Name of the record in `jamf.odd`, if the part contains only one. */
  name: string;
  /** IDs of the requested Macs; absent for a part of a list. */
  ids?: readonly string[];
}

/** Result of reading a failed page in parts. */
export interface Divided<Result> {
  read: readonly Result[];
  /**
   * The records that could not be read. `id` is null if Jamf Pro does not return even the ID. `name` is the name of the
   * part.
   */
  setAside: readonly { id: string | null; name: string }[];
  /** Number of all matching Macs; null if no response contained it. */
  total: number | null;
}

/**
 * If more than this number of parts fail in a row, the cause is the server and not a single record. In a page of 200, a
 * single bad record is found after 8 failed parts.
 */
const MAX_FAILURES = 24;

/**
 * Reads a failed page again in smaller and smaller parts, down to the records that cause the failure. These records are
 * skipped and named in `jamf.odd`. Throws the error of the page if the cause is the server and not a record: more than
 * `MAX_FAILURES` parts fail in a row, or Jamf Pro returns no record of this page and no other Mac.
 */
export async function readDivided<Result extends { total: number }>(
  inventory: Inventory,
  whole: Part,
  failure: PageFailure,
  { read, divide }: { read: (part: Part) => Promise<Result>; divide: (part: Part) => readonly Part[] },
): Promise<Divided<Result>> {
  const { api } = inventory;
  const results: Result[] = [];
  const failed: { part: Part; why: string }[] = [];
  const pending: Part[] = [];
  let failures = 0;
  const fail = (part: Part, why: string) => {
    failures += 1;
    if (failures > MAX_FAILURES) failure.rethrow();
    const parts = divide(part);
    if (parts.length === 0) failed.push({ part, why });
    else pending.unshift(...parts);
  };
  fail(whole, failure.message);
  for (let part = pending.shift(); part; part = pending.shift()) {
    try {
      results.push(await read(part));
      failures = 0;
    } catch (error) {
      if (!(error instanceof PageFailure)) throw error;
      fail(part, error.message);
    }
  }
  const named = [];
  for (const { part, why } of failed) named.push({ part, why, page: await readNames(inventory, part) });
  const total = results[0]?.total ?? named.find(({ page }) => page !== null)?.page?.total ?? null;
  if (total === null && !(await returnsAnother(inventory, whole))) failure.rethrow();
  const setAside = named.map(({ part, why, page }) => {
    const id = page?.computers[0]?.id ?? null;
    api.odd(part.call, 'record-set-aside', 1, `${id === null ? part.name : `computer ${id}`}, ${why}`);
    return { id, name: part.name };
  });
  return { read: results, setAside, total };
}

/**
 * Reads only the smallest section of a part, because this section rarely contains the value that causes the failure.
 * Returns null if this request fails as well.
 */
async function readNames(inventory: Inventory, query: PageQuery): Promise<Page | null> {
  try {
    return await readPage(inventory, { ...query, probe: true, sections: ['HARDWARE'] });
  } catch (error) {
    if (error instanceof PageFailure) return null;
    throw error;
  }
}

/**
 * Whether Jamf Pro returns one of the first two Macs of the fleet. If not, the cause is the server and not a record.
 */
async function returnsAnother(inventory: Inventory, { call }: PageQuery): Promise<boolean> {
  for (const page of [0, 1]) if (await readNames(inventory, { call, filter: '', page, size: 1 })) return true;
  return false;
}
