import { assess, listedAs } from '../../domain/assess.js';
import type { Assessment } from '../../domain/assessment.js';
import type { KnownComputer, ListedState } from '../../domain/known.js';
import type { WatchedProfile } from '../../domain/watched.js';
import type { ComputerPage, Ports } from '../ports.js';
import { badCursor, refuseBadCursor } from './search.js';

/** What must be so of a Mac for one watched profile. */
export interface Fitting {
  state?: ListedState | undefined;
  unknown?: Assessment['unknown'] | undefined;
  /** Epoch milliseconds. */
  expiresBefore?: number | undefined;
}

/** In the order of the index: what ends first comes first. */
const ENDING = ['expired', 'overdue', 'due', 'healthy'] as const satisfies ListedState[];
const CURSOR = /^([0-3])~(.*)$/u;
/** Reads of the index for one answer: what is rare may answer a short page that goes on. */
const MOST_READS = 4;

/** Whether a Mac that was assessed like this is meant. */
export function fits(assessment: Assessment, { state, unknown, expiresBefore }: Fitting): boolean {
  const expiresAt = assessment.certificate?.expiresAt ?? null;
  return (
    (state === undefined || listedAs(assessment) === state) &&
    (unknown === undefined || (assessment.inScope && assessment.unknown === unknown)) &&
    (expiresBefore === undefined || (assessment.inScope && expiresAt !== null && expiresAt < expiresBefore))
  );
}

/**
 * Macs that fit, read along the index of states. A page may hold fewer than asked for, even none, and still have a cursor.
 *
 * @throws Problem when the cursor is none of ours.
 */
export async function listFitting(
  { computers, now }: Pick<Ports, 'computers' | 'now'>,
  watched: WatchedProfile,
  fitting: Fitting,
  { cursor, limit }: { cursor: string | undefined; limit: number },
): Promise<ComputerPage> {
  const states = statesOf(fitting);
  const [, at = '0', rest = ''] = placeOf(cursor);
  let place = { index: Number(at), cursor: rest === '' ? undefined : rest };
  const found: KnownComputer[] = [];
  for (let reads = 0; reads < MOST_READS && found.length < limit; reads += 1) {
    const state = states[place.index];
    if (state === undefined) return { computers: found, cursor: null };
    const page = await computers
      .listByState(watched.instance, watched.name, state, {
        cursor: place.cursor,
        limit: limit - found.length,
      })
      .catch(refuseBadCursor);
    const looks = page.computers.map((computer) => ({
      computer,
      assessment: assess(computer, watched, now()),
    }));
    found.push(...looks.flatMap(({ computer, assessment }) => (fits(assessment, fitting) ? [computer] : [])));
    const over = page.cursor === null || endsLater(looks.at(-1)?.assessment, fitting);
    place = over
      ? { index: place.index + 1, cursor: undefined }
      : { index: place.index, cursor: page.cursor ?? undefined };
  }
  const more = place.index < states.length;
  return { computers: found, cursor: more ? `${place.index}~${place.cursor ?? ''}` : null };
}

/** What can fit, by the index; the index is as of the last assessment, and what has changed since is left out by `fits`. */
function statesOf({ state, unknown, expiresBefore }: Fitting): readonly ListedState[] {
  if (state !== undefined) return [state];
  if (unknown !== undefined) return ['unknown'];
  return expiresBefore === undefined ? [] : ENDING;
}

/** Healthy Macs are in the order in which they come due, and none ends before that: behind such a one nobody fits. */
function endsLater(last: Assessment | undefined, { expiresBefore }: Fitting): boolean {
  return (
    expiresBefore !== undefined &&
    last?.state === 'healthy' &&
    last.dueAt !== null &&
    last.dueAt >= expiresBefore
  );
}

function placeOf(cursor: string | undefined): readonly (string | undefined)[] {
  if (cursor === undefined) return [];
  const place = CURSOR.exec(cursor);
  if (!place) throw badCursor();
  return place;
}
