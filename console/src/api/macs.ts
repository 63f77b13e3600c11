import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { BlockReason } from '../../../src/domain/redistribution/record.js';
import type { ComputerPage, ComputerSummary, MacState, UnknownReason } from './answers.js';
import { post, type Query, read } from './ask.js';
import { paging } from './queries.js';

const PAGE = 100;
/** The longest page that the API gives. */
const LONGEST_PAGE = 500;
const DAY_MS = 86_400_000;
/** Instants in a query move in such steps: one that moved with the clock would never be read from the cache. */
const STEP_MS = 600_000;

/** The orders in which the API can list Macs. */
export const SORTS = ['contact', 'expiry', 'name', 'user'] as const;
export type Sort = (typeof SORTS)[number];

/** Which Macs are meant. `text` is an id, or the beginning of a serial number, name, user or email. */
export interface MacFilter {
  instance: string;
  profile: string | null;
  text: string;
  state: MacState | null;
  /** Only with the state unknown. */
  unknown: UnknownReason | null;
  /** Why its redistribution is held back. It goes with the instance and the profile alone. */
  blocked: BlockReason | null;
  /** Whose certificate ends within so many days, those that have ended included. */
  withinDays: number | null;
  /** `null`: the order of the list itself, which shows first what matters in it. What is found by a text has an order of its own. */
  sort: Sort | null;
}

/** Whether anything is asked for but the instance. */
export function isNarrowed({ text, state, unknown, blocked, withinDays }: MacFilter): boolean {
  return [state, unknown, blocked, withinDays].some((one) => one !== null) || text !== '';
}

/** Macs, page after page as they are asked for. */
export function useMacs(filter: MacFilter) {
  const query = asked(filter);
  return useInfiniteQuery({
    queryKey: keyOf(filter),
    queryFn: ({ pageParam, signal }) =>
      read<ComputerPage>('/computers', { ...query, cursor: pageParam, limit: PAGE }, signal),
    ...paging,
    placeholderData: keepPreviousData,
  });
}

/** Gives the first Mac of a list that is shown, once it is there. Watches nothing: a second watcher would have the list read twice as often. */
export function useFirstMac(filter: MacFilter): () => ComputerSummary | null {
  const client = useQueryClient();
  return () => client.getQueryData<InfiniteData<ComputerPage>>(keyOf(filter))?.pages[0]?.computers[0] ?? null;
}

/**
 * Goes through all Macs that are meant, page by page, so that it can be watched and stopped.
 *
 * @throws ApiProblem, or the reason of the signal.
 */
export async function eachMac(
  filter: MacFilter,
  { signal, take }: { signal: AbortSignal; take: (macs: readonly ComputerSummary[]) => void },
): Promise<void> {
  const query = asked(filter);
  let cursor: string | null = null;
  do {
    const page: ComputerPage = await read('/computers', { ...query, cursor, limit: LONGEST_PAGE }, signal);
    take(page.computers);
    cursor = page.next;
  } while (cursor !== null);
}

/** Has one Mac read from Jamf Pro again. */
export function useLook(instance: string, id: string) {
  return useMutation({
    mutationFn: () => post<unknown>(`/computers/${encodeURIComponent(id)}/look`, { instance }),
  });
}

function keyOf(filter: MacFilter) {
  return ['computers', filter.instance, asked(filter)] as const;
}

/**
 * The order that is asked for. By name unless somebody wants another: that stays still under the finger, and the latest contact changes
 * with every check-in. `null`: what is found, held back or narrowed has an order of its own.
 */
export function orderOf(filter: MacFilter): Sort | null {
  if (filter.text !== '' || filter.blocked !== null) return null;
  return filter.sort ?? (isNarrowed(filter) ? null : 'name');
}

function asked(filter: MacFilter): Query {
  const { instance, profile, text, state, unknown, blocked, withinDays } = filter;
  if (blocked !== null) return { instance, blocked, profile };
  const narrowed = state !== null || unknown !== null || withinDays !== null;
  const sort = orderOf(filter);
  return {
    instance,
    text,
    state,
    unknown: state === 'unknown' ? unknown : null,
    expiresBefore: withinDays === null ? null : endOf(withinDays),
    sort,
    profile: narrowed || sort === 'expiry' ? profile : null,
  };
}

/** Instant before which a certificate ends that ends within so many days. */
export function endOf(withinDays: number): number {
  return Math.ceil(Date.now() / STEP_MS) * STEP_MS + withinDays * DAY_MS;
}
