import type { KnownComputer } from '../../domain/known.js';
import { isFoundBy, type SearchKind } from '../../domain/search-terms.js';
import type { ComputerPage, PageRequest } from '../ports.js';
import { Problem } from '../../contract/problem.js';

/** The search terms for Macs. */
export interface SearchTerms {
  username?: string | undefined;
  name?: string | undefined;
  /** Matches a Jamf Pro ID, the start of a serial number, and whatever `name` or `username` would match. */
  text?: string | undefined;
}

/** The requested page, a function that reads a Mac by its ID, and an additional filter for the results. */
export interface SearchContext {
  page: { cursor?: string | undefined; limit: number };
  byId: (id: string) => Promise<KnownComputer | null>;
  alsoIf: (computer: KnownComputer) => boolean;
}

type Find = (kind: SearchKind, text: string, page: PageRequest) => Promise<ComputerPage>;

/** The indexes that a text search reads, in this order. */
const KINDS: readonly SearchKind[] = ['serialNumber', 'name', 'user'];
const ID = /^\d{1,7}$/;

/** Whether at least one search term is set. */
export function isSearch({ username, name, text }: SearchTerms): boolean {
  return username !== undefined || name !== undefined || text !== undefined;
}

/**
 * Searches Macs. A page takes a fixed number of index reads, regardless of the size of the fleet. If there are
 * several search terms, an index is read for one of them, and the other terms and `alsoIf` filter the result. A page
 * may therefore have fewer Macs than `limit`, even none, and still have a cursor.
 * @throws Problem when the cursor is invalid.
 */
export async function search(
  find: Find,
  { username, name, text }: SearchTerms,
  { page: { cursor, limit }, byId, alsoIf }: SearchContext,
): Promise<ComputerPage> {
  const [kind, words] =
    username !== undefined ? (['user', username] as const) : (['name', name ?? ''] as const);
  const textOnly = text !== undefined && username === undefined && name === undefined;
  const { computers, cursor: next } = textOnly
    ? await searchText(find, text, { cursor, limit, byId })
    : await find(kind, words, { cursor, limit }).catch(refuseBadCursor);
  const shown = computers.filter(
    (computer) =>
      alsoIf(computer) &&
      (name === undefined || isFoundBy(computer, 'name', name)) &&
      (textOnly || text === undefined || matches(computer, text)),
  );
  return { computers: shown, cursor: next };
}

function matches(computer: KnownComputer, text: string): boolean {
  return computer.id === text || KINDS.some((kind) => isFoundBy(computer, kind, text));
}

/** Searches the indexes one after the other. A Mac that matched in an earlier index is not returned again. */
async function searchText(
  find: Find,
  text: string,
  { cursor, limit, byId }: { cursor: string | undefined; limit: number; byId: SearchContext['byId'] },
): Promise<ComputerPage> {
  const { at, rest } = parseCursor(cursor);
  const first = cursor === undefined && ID.test(text) ? await byId(text) : null;
  const found: KnownComputer[] = first ? [first] : [];
  for (let index = at; index < KINDS.length; index += 1) {
    const kind = KINDS[index] ?? 'user';
    const page = { limit: Math.max(1, limit - found.length), cursor: index === at ? rest : undefined };
    const { computers, cursor: next } = await find(kind, text, page).catch(refuseBadCursor);
    found.push(
      ...computers.filter(
        (computer) =>
          computer.id !== text &&
          !KINDS.slice(0, index).some((earlier) => isFoundBy(computer, earlier, text)),
      ),
    );
    if (next !== null) return { computers: found, cursor: `${index}.${next}` };
    if (found.length >= limit && index + 1 < KINDS.length)
      return { computers: found, cursor: `${index + 1}.` };
  }
  return { computers: found, cursor: null };
}

function parseCursor(cursor: string | undefined): { at: number; rest: string | undefined } {
  if (cursor === undefined) return { at: 0, rest: undefined };
  const [, at, rest] = /^([0-2])\.(.*)$/u.exec(cursor) ?? [];
  if (at === undefined) throw badCursor();
  return { at: Number(at), rest: rest === '' ? undefined : rest };
}

/** Creates the error for an invalid cursor, or for a cursor of a page with other filters. */
export function badCursor(): Problem {
  return new Problem(
    'invalid-request',
    'query.cursor: must be the `next` of the previous page, with the same filters.',
  );
}

/** Converts the RangeError that the stores throw for an invalid cursor. Throws other errors again. */
export function refuseBadCursor(error: unknown): never {
  throw error instanceof RangeError ? badCursor() : error;
}
