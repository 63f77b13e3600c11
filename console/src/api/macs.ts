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
/** Maximum page size of the API. */
const MAX_PAGE = 500;
const DAY_MS = 86_400_000;
/** Times in a query are rounded up to this step, so that the query key stays the same and the cache is used. */
const STEP_MS = 600_000;

/** Sort orders of the API. */
export const SORTS = ['contact', 'expiry', 'name', 'user'] as const;
export type Sort = (typeof SORTS)[number];

/** Filter of the Mac list. `text` is a Jamf Pro ID, or the start of a serial number, computer name, user name or email. */
export interface MacFilter {
  instance: string;
  profile: string | null;
  text: string;
  state: MacState | null;
  /** Used only with `state: unknown`. */
  unknown: UnknownReason | null;
  /** Reason why the redistribution is blocked. The API combines it with the instance and the profile only. */
  blocked: BlockReason | null;
  /** Certificate expires within this number of days; includes expired certificates. */
  withinDays: number | null;
  /** `null`: the default order of the list. Ignored with a search text or `blocked`: the API sorts these results itself. */
  sort: Sort | null;
}

/** Whether any filter besides the instance and the profile is set. */
export function isNarrowed({ text, state, unknown, blocked, withinDays }: MacFilter): boolean {
  return [state, unknown, blocked, withinDays].some((one) => one !== null) || text !== '';
}

/** Macs that match the filter, one page at a time. */
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

/** Returns a function that reads the first Mac of the list from the cache. It does not subscribe: a second subscriber doubles the requests. */
export function useFirstMac(filter: MacFilter): () => ComputerSummary | null {
  const client = useQueryClient();
  return () => client.getQueryData<InfiniteData<ComputerPage>>(keyOf(filter))?.pages[0]?.computers[0] ?? null;
}

/**
 * Reads all matching Macs page by page and passes each page to `take`. Stop it with `signal`.
 *
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
 * Sort order to request. Default: by name, because rows sorted by last contact move with every check-in. `null`: search results and
 * filtered lists have their own order.
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

/** End of the period of `withinDays` days from now, epoch milliseconds, rounded up to the next 10 minutes. */
export function endOf(withinDays: number): number {
  return Math.ceil(Date.now() / STEP_MS) * STEP_MS + withinDays * DAY_MS;
}
