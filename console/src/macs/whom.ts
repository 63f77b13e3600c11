import type { Whom } from '../api/answers.js';
import { endOf, isNarrowed, type MacFilter } from '../api/macs.js';
import { filterInWords } from '../redistribute/in-words.js';
import type { Selection } from './selection.js';

/** Most Macs that can be left out of all that match: as the API has it. */
const MOST_LEFT_OUT = 100;

/** Whom a request for the chosen Macs is for, and the same in words. */
export interface Chosen {
  whom: Whom;
  words: string;
}

/** Whom a request for the chosen Macs would be for; or why there cannot be one. All that match are found by the service, at that moment. */
export function whomOf(filter: MacFilter, { all, ids }: Selection): Chosen | { whyNot: string } {
  if (filter.profile === null) return { whyNot: 'No profile is watched here.' };
  const words = filterInWords(null);
  if (!all) return { whom: { computers: [...ids].map((id) => ({ id })) }, words };
  if (!isNarrowed(filter))
    return { whyNot: 'The whole fleet at once is nothing for a list: narrow it by a filter first.' };
  if (filter.blocked !== null)
    return {
      whyNot:
        'What is held back is open already and goes on by itself. To take some over, choose them one by one.',
    };
  if (ids.size > MOST_LEFT_OUT)
    return { whyNot: `At most ${MOST_LEFT_OUT} can be left out: narrow the list by a filter instead.` };
  const { text, state, unknown, withinDays } = filter;
  const narrowed = {
    ...(text === '' ? {} : { text }),
    ...(state === null ? {} : { state }),
    ...(unknown === null || state !== 'unknown' ? {} : { unknown }),
    ...(withinDays === null ? {} : { expiresBefore: endOf(withinDays) }),
    ...(ids.size === 0 ? {} : { except: [...ids] }),
  };
  return { whom: { filter: narrowed }, words: filterInWords(narrowed) };
}
