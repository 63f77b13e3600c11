import type { RedistributeRequest } from '../api/answers.js';
import { exactly } from '../parts/instants.js';

type Filter = NonNullable<RedistributeRequest['filter']>;

/** `1 Mac`, `20,000 Macs`. */
export function macs(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'Mac' : 'Macs'}`;
}

/** Whom a request is for, for a person: `All Macs found by “MB”, in the state healthy.` Without a filter they were named. */
export function filterInWords(filter: Filter | null): string {
  if (filter === null) return 'Macs that were chosen one by one.';
  const { text, username, name, state, unknown, expiresBefore, failed, except } = filter;
  const parts = [
    ...(text === undefined ? [] : [`found by “${text}”`]),
    ...(username === undefined ? [] : [`of users “${username}”`]),
    ...(name === undefined ? [] : [`with the name “${name}”`]),
    ...(state === undefined ? [] : [`in the state ${spaced(state)}`]),
    ...(unknown === undefined ? [] : [`because of ${spaced(unknown)}`]),
    ...(expiresBefore === undefined ? [] : [`whose certificate ends before ${exactly(expiresBefore)}`]),
    ...(failed === undefined ? [] : [`that failed${failed === 'all' ? '' : ' for one cause'}`]),
  ];
  const all = `All Macs ${parts.join(', ')}`;
  return except === undefined ? `${all}.` : `${all}; ${macs(except.length)} left out.`;
}

function spaced(name: string): string {
  return name.replaceAll('-', ' ');
}
