import type { Whom } from '../../api/answers.js';
import { endOf, isNarrowed, type MacFilter } from '../../api/macs.js';
import { filterInWords } from '../../redistribute/in-words.js';
import type { Selection } from './selection.js';

/** Maximum number of Macs that the API excludes from a filter. */
const MAX_EXCLUDED = 100;

/** The selected Macs as the API expects them, and a description of them. */
export interface Targets {
  whom: Whom;
  words: string;
}

/**
 * Converts a selection to what the API expects, or says why that is not possible. A filter is sent unchanged,
 * because the server finds the matching Macs.
 */
export function resolveTargets(filter: MacFilter, { all, ids }: Selection): Targets | { whyNot: string } {
  if (filter.profile === null) return { whyNot: 'No profile is watched on this server.' };
  const words = filterInWords(null);
  if (!all) return { whom: { computers: [...ids].map((id) => ({ id })) }, words };
  if (!isNarrowed(filter))
    return { whyNot: 'Select a filter first; the entire fleet cannot be redistributed from this list.' };
  if (filter.blocked !== null)
    return {
      whyNot:
        'The redistributions of blocked Macs are already open. To override a limit, select the Macs individually.',
    };
  if (ids.size > MAX_EXCLUDED)
    return { whyNot: `At most ${MAX_EXCLUDED} Macs can be excluded. Use a filter instead.` };
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
