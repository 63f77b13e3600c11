import type { RedistributeRequest } from '../api/answers.js';
import { exactly } from '../components/time/instants.js';

type Filter = NonNullable<RedistributeRequest['filter']>;

/** Formats a number of Macs: `1 Mac`, `20,000 Macs`. */
export function macs(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'Mac' : 'Macs'}`;
}

/**
 * Describes the Macs of a request: `All Macs matching “MB”, in the state healthy.` Without a filter, the Macs were
 * selected individually.
 */
export function filterInWords(filter: Filter | null): string {
  if (filter === null) return 'Individually selected Macs.';
  const { text, username, name, state, unknown, expiresBefore, failed, except } = filter;
  const parts = [
    ...(text === undefined ? [] : [`matching “${text}”`]),
    ...(username === undefined ? [] : [`of users “${username}”`]),
    ...(name === undefined ? [] : [`with the name “${name}”`]),
    ...(state === undefined ? [] : [`in the state ${spaced(state)}`]),
    ...(unknown === undefined ? [] : [`because of ${spaced(unknown)}`]),
    ...(expiresBefore === undefined ? [] : [`whose certificate expires before ${exactly(expiresBefore)}`]),
    ...(failed === undefined ? [] : [`that failed${failed === 'all' ? '' : ' with the selected cause'}`]),
  ];
  const all = `All Macs ${parts.join(', ')}`;
  return except === undefined ? `${all}.` : `${all}, except ${macs(except.length)}.`;
}

function spaced(name: string): string {
  return name.replaceAll('-', ' ');
}
