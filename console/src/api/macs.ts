import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { BlockReason } from '../../../src/domain/redistribution/record.js';
import type { ComputerPage, ComputerSummary, MacState, UnknownReason } from './answers.js';
import { post, type Query, read } from './client/request.js';
import { paging } from './queries.js';

const PAGE = 100;
/** Maximum number of Macs per page that the API accepts. */
const MAX_PAGE = 500;
const DAY_MS = 86_400_000;
/**
 * Times in a query are rounded up to a multiple of this, milliseconds. The query key then stays the same for a
 * while, and the cache can be used.
 */
const STEP_MS = 600_000;

/** Orders in which the API can sort Macs. */
export const SORTS = ['contact', 'expiry', 'name', 'user'] as const;
export type Sort = (typeof SORTS)[number];

/**
 * Filter of the list of Macs. `text` is a Jamf Pro ID, or the start of a serial number, computer name, user name
 * or email address.
 */
export interface MacFilter {
  instance: string;
  profile: string | null;
  text: string;
  state: MacState | null;
  /** Why the status is unknown. Used only with the state `unknown`. */
  unknown: UnknownReason | null;
  /**
   * Why the redistribution of the Mac is blocked. The API combines this filter only with the Jamf Pro server and
   * the profile.
   */
  blocked: BlockReason | null;
  /** Only Macs whose certificate expires within this number of days. Expired certificates are included. */
  withinDays: number | null;
  /**
   * `null` for the default order of the list. Ignored with a search text or with `blocked`, because the API then
   * uses a fixed order.
   */
  sort: Sort | null;
}

/** Whether any filter is set, besides the Jamf Pro server and the profile. */
export function isNarrowed({ text, state, unknown, blocked, withinDays }: MacFilter): boolean {
  return [state, unknown, blocked, withinDays].some((one) => one !== null) || text !== '';
}

/** Reads the Macs that match the filter, one page at a time. */
export function useMacs(filter: MacFilter) {
  const query = queryOf(filter);
  return useInfiniteQuery({
    queryKey: keyOf(filter),
    queryFn: ({ pageParam, signal }) =>
      read<ComputerPage>('/computers', { ...query, cursor: pageParam, limit: PAGE }, signal),
    ...paging,
    placeholderData: keepPreviousData,
  });
}

/**
 * Returns a function that returns the first Mac of the list from the cache. The hook does not subscribe to the
 * query, because a second subscriber would double the requests.
 */
export function useFirstMac(filter: MacFilter): () => ComputerSummary | null {
  const client = useQueryClient();
  return () => client.getQueryData<InfiniteData<ComputerPage>>(keyOf(filter))?.pages[0]?.computers[0] ?? null;
}

/**
 * Reads all Macs that match, page by page, and passes each page to `take`. `signal` stops the reading.
 * @throws ApiProblem, or the abort reason of the signal.
 */
export async function eachMac(
  filter: MacFilter,
  { signal, take }: { signal: AbortSignal; take: (macs: readonly ComputerSummary[]) => void },
): Promise<void> {
  const query = queryOf(filter);
  let cursor: string | null = null;
  do {
    const page: ComputerPage = await read('/computers', { ...query, cursor, limit: MAX_PAGE }, signal);
    take(page.computers);
    cursor = page.next;
  } while (cursor !== null);
}

/** Requests that a worker reads one Mac from Jamf Pro now. */
export function useLook(instance: string, id: string) {
  return useMutation({
    mutationFn: () => post<unknown>(`/computers/${encodeURIComponent(id)}/look`, { instance }),
  });
}

function keyOf(filter: MacFilter) {
  return ['computers', filter.instance, queryOf(filter)] as const;
}

/**
 * Returns the order to request. The default is by name, because rows that are sorted by last contact move with
 * every check-in. Returns `null` for search results and filtered lists, which have a fixed order.
 */
export function orderOf(filter: MacFilter): Sort | null {
  if (filter.text !== '' || filter.blocked !== null) return null;
  return filter.sort ?? (isNarrowed(filter) ? null : 'name');
}

function queryOf(filter: MacFilter): Query {
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

/** Returns the time that is `withinDays` days from now, epoch milliseconds, rounded up to the next 10 minutes. */
export function endOf(withinDays: number): number {
  return Math.ceil(Date.now() / STEP_MS) * STEP_MS + withinDays * DAY_MS;
}
