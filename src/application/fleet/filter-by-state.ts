import { assess, listedStateOf } from '../../domain/assess.js';
import type { Assessment } from '../../domain/assessment.js';
import type { KnownComputer, ListedState } from '../../domain/known.js';
import type { WatchedProfile } from '../../domain/watched.js';
import type { ComputerPage, Ports } from '../ports.js';
import { badCursor, refuseBadCursor } from './search.js';

/** Filters by the assessment of a Mac for one watched profile. A filter that is absent matches everything. */
export interface StateFilter {
  state?: ListedState | undefined;
  unknown?: Assessment['unknown'] | undefined;
  /** Only certificates that expire before this time, epoch milliseconds. */
  expiresBefore?: number | undefined;
}

/** The states of Macs whose expiry is known, earliest expiry first. */
const STATES_BY_EXPIRY = ['expired', 'overdue', 'due', 'healthy'] as const satisfies ListedState[];
const CURSOR = /^([0-3])~(.*)$/u;
/** Maximum number of reads of the index per page. When few Macs match, the page is short and has a cursor. */
const MAX_READS = 4;

/** Whether an assessment matches all filters. */
export function matchesState(
  assessment: Assessment,
  { state, unknown, expiresBefore }: StateFilter,
): boolean {
  const expiresAt = assessment.certificate?.expiresAt ?? null;
  return (
    (state === undefined || listedStateOf(assessment) === state) &&
    (unknown === undefined || (assessment.inScope && assessment.unknown === unknown)) &&
    (expiresBefore === undefined || (assessment.inScope && expiresAt !== null && expiresAt < expiresBefore))
  );
}

/**
 * Returns a page of the Macs that match, read from the index of states. A page may have fewer Macs than `limit`,
 * even none, and still have a cursor.
 * @throws Problem when the cursor is invalid.
 */
export async function listByFilter(
  { computers, now }: Pick<Ports, 'computers' | 'now'>,
  watched: WatchedProfile,
  fitting: StateFilter,
  { cursor, limit }: { cursor: string | undefined; limit: number },
): Promise<ComputerPage> {
  const states = statesOf(fitting);
  const [, at = '0', rest = ''] = parseCursor(cursor);
  let position = { index: Number(at), cursor: rest === '' ? undefined : rest };
  const found: KnownComputer[] = [];
  for (let reads = 0; reads < MAX_READS && found.length < limit; reads += 1) {
    const state = states[position.index];
    if (state === undefined) return { computers: found, cursor: null };
    const page = await computers
      .listByState(watched.instance, watched.name, state, {
        cursor: position.cursor,
        limit: limit - found.length,
      })
      .catch(refuseBadCursor);
    const assessed = page.computers.map((computer) => ({
      computer,
      assessment: assess(computer, watched, now()),
    }));
    found.push(
      ...assessed.flatMap(({ computer, assessment }) =>
        matchesState(assessment, fitting) ? [computer] : [],
      ),
    );
    const exhausted = page.cursor === null || expiresTooLate(assessed.at(-1)?.assessment, fitting);
    position = exhausted
      ? { index: position.index + 1, cursor: undefined }
      : { index: position.index, cursor: page.cursor ?? undefined };
  }
  const more = position.index < states.length;
  return { computers: found, cursor: more ? `${position.index}~${position.cursor ?? ''}` : null };
}

/**
 * Returns the states in which Macs can match the filter. The index has the states of the last assessment, so the
 * calling code must also check the current state of each Mac.
 */
function statesOf({ state, unknown, expiresBefore }: StateFilter): readonly ListedState[] {
  if (state !== undefined) return [state];
  if (unknown !== undefined) return ['unknown'];
  return expiresBefore === undefined ? [] : STATES_BY_EXPIRY;
}

/**
 * Whether all Macs after `last` in the index expire too late for the filter. Healthy Macs are sorted by the time at
 * which they become due, and a certificate never expires before it becomes due.
 */
function expiresTooLate(last: Assessment | undefined, { expiresBefore }: StateFilter): boolean {
  return (
    expiresBefore !== undefined &&
    last?.state === 'healthy' &&
    last.dueAt !== null &&
    last.dueAt >= expiresBefore
  );
}

function parseCursor(cursor: string | undefined): readonly (string | undefined)[] {
  if (cursor === undefined) return [];
  const match = CURSOR.exec(cursor);
  if (!match) throw badCursor();
  return match;
}
