import type { KnownComputer } from '../../domain/known.js';
import { isFoundBy, type SearchKind } from '../../domain/search-terms.js';
import type { ComputerPage, PageRequest } from '../ports.js';
import { Problem } from '../../contract/problem.js';

/** By what Macs are looked for. */
export interface Wanted {
  username?: string | undefined;
  name?: string | undefined;
  /** An id, the beginning of a serial number, or as the others. */
  text?: string | undefined;
}

/** What a search reads, and what else a Mac must be to be shown. */
export interface Searching {
  page: { cursor?: string | undefined; limit: number };
  byId: (id: string) => Promise<KnownComputer | null>;
  alsoIf: (computer: KnownComputer) => boolean;
}

type Find = (kind: SearchKind, text: string, page: PageRequest) => Promise<ComputerPage>;

/** What a text is looked for in, one after the other. */
const KINDS: readonly SearchKind[] = ['serialNumber', 'name', 'user'];
const ID = /^\d{1,7}$/;

/** Whether anything is looked for. */
export function isSearch({ username, name, text }: Wanted): boolean {
  return username !== undefined || name !== undefined || text !== undefined;
}

/**
 * One read of an index for a page, whatever the size of the fleet; what else is asked for is looked at in the Macs found. A page may
 * hold fewer than asked for, even none, and still have a cursor.
 *
 * @throws Problem when the cursor is none of ours.
 */
export async function search(
  find: Find,
  { username, name, text }: Wanted,
  { page: { cursor, limit }, byId, alsoIf }: Searching,
): Promise<ComputerPage> {
  const [kind, words] =
    username !== undefined ? (['user', username] as const) : (['name', name ?? ''] as const);
  const one = text !== undefined && username === undefined && name === undefined;
  const { computers, cursor: next } = one
    ? await anywhere(find, text, { cursor, limit, byId })
    : await find(kind, words, { cursor, limit }).catch(refuseBadCursor);
  const shown = computers.filter(
    (computer) =>
      alsoIf(computer) &&
      (name === undefined || isFoundBy(computer, 'name', name)) &&
      (one || text === undefined || matches(computer, text)),
  );
  return { computers: shown, cursor: next };
}

function matches(computer: KnownComputer, text: string): boolean {
  return computer.id === text || KINDS.some((kind) => isFoundBy(computer, kind, text));
}

/** Goes through the kinds; a Mac that was found by an earlier one is not shown again. */
async function anywhere(
  find: Find,
  text: string,
  { cursor, limit, byId }: { cursor: string | undefined; limit: number; byId: Searching['byId'] },
): Promise<ComputerPage> {
  const { at, rest } = placeOf(cursor);
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

function placeOf(cursor: string | undefined): { at: number; rest: string | undefined } {
  if (cursor === undefined) return { at: 0, rest: undefined };
  const [, at, rest] = /^([0-2])\.(.*)$/u.exec(cursor) ?? [];
  if (at === undefined) throw badCursor();
  return { at: Number(at), rest: rest === '' ? undefined : rest };
}

/** What to say of a cursor that is none of ours, or belongs to other filters. */
export function badCursor(): Problem {
  return new Problem(
    'invalid-request',
    'query.cursor: give the `next` of the page before, with the same filters.',
  );
}

/** The stores throw a RangeError for a cursor that they did not make. */
export function refuseBadCursor(error: unknown): never {
  throw error instanceof RangeError ? badCursor() : error;
}
