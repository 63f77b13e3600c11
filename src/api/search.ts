import type { KnownComputer } from '../domain/known.js';
import type { ComputerPage, PageRequest } from '../store/computers.js';
import { Problem } from './problem.js';

/** What a Mac must contain to be shown: texts are compared without letter case. */
export interface Wanted {
  username?: string | undefined;
  name?: string | undefined;
  /** In serial number, name, username, real name, email or id. */
  text?: string | undefined;
}

/** How many Macs are read for one answer. The caller goes on from the cursor: one request never holds Redis or the loop for long. */
const READ_AT_MOST = 2_000;
const READ_AT_ONCE = 500;

/**
 * Goes through Macs from `cursor` on until `limit` of them match or enough were read. A page may hold fewer, even none, and still have a
 * cursor. Costs a read of every Mac passed: exact serial numbers and ids go another way.
 *
 * @throws Problem when the cursor is none of ours.
 */
export async function search(
  readPage: (page: PageRequest) => Promise<ComputerPage>,
  wanted: Wanted,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<ComputerPage> {
  const read = (page: PageRequest) => readPage(page).catch(refuseBadCursor);
  if (!isAny(wanted)) return read({ cursor, limit });
  let at = parse(cursor);
  const found: KnownComputer[] = [];
  for (let passed = 0; passed < READ_AT_MOST; passed += READ_AT_ONCE) {
    const page = await read({ cursor: at.cursor, limit: READ_AT_ONCE });
    for (const [index, computer] of page.computers.entries()) {
      if (index < at.skip || !matches(computer, wanted)) continue;
      if (found.length === limit) return { computers: found, cursor: format({ ...at, skip: index }) };
      found.push(computer);
    }
    if (page.cursor === null) return { computers: found, cursor: null };
    at = { cursor: page.cursor, skip: 0 };
  }
  return { computers: found, cursor: format(at) };
}

/** A place within a page of the store: some of its Macs were already shown. */
interface Place {
  cursor: string | undefined;
  skip: number;
}

function format({ cursor = '', skip }: Place): string {
  return `s${skip}.${cursor}`;
}

function parse(cursor: string | undefined): Place {
  if (cursor === undefined) return { cursor: undefined, skip: 0 };
  const [, skip, rest] = /^s(\d{1,4})\.(.*)$/u.exec(cursor) ?? [];
  if (skip === undefined || rest === undefined) throw badCursor();
  return { cursor: rest === '' ? undefined : rest, skip: Number(skip) };
}

function isAny({ username, name, text }: Wanted): boolean {
  return username !== undefined || name !== undefined || text !== undefined;
}

function matches(computer: KnownComputer, { username, name, text }: Wanted): boolean {
  const { id, serialNumber, realName, email } = computer;
  return (
    contains([computer.username, realName, email], username) &&
    contains([computer.name], name) &&
    contains([serialNumber, computer.name, computer.username, realName, email, id], text)
  );
}

function contains(values: readonly string[], part: string | undefined): boolean {
  if (part === undefined) return true;
  const folded = part.toLowerCase();
  return values.some((value) => value.toLowerCase().includes(folded));
}

/** What to say of a cursor that is none of ours, or belongs to other filters. */
function badCursor(): Problem {
  return new Problem(
    'invalid-request',
    'query.cursor: give the `next` of the page before, with the same filters.',
  );
}

/** The stores throw a RangeError for a cursor that they did not make. */
export function refuseBadCursor(error: unknown): never {
  throw error instanceof RangeError ? badCursor() : error;
}
