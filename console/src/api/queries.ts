import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type {
  AuditEntry,
  AuditPage,
  ComputerDetail,
  ForecastAnswer,
  Overview,
  RedistributeAnswer,
  RedistributeRequest,
  RedistributionDetail,
  RedistributionPage,
  State,
} from './answers.js';
import { post, read } from './client/request.js';
import { pollMs } from './client/poll.js';

const PAGE = 50;

/**
 * Options of a query that reads a list in pages. When the query is repeated, it reads all loaded pages one after
 * another. The interval therefore grows with the number of pages, so a long list causes no more requests than a
 * short list.
 */
export const paging = {
  initialPageParam: '',
  getNextPageParam: (page: { next: string | null }) => page.next,
  refetchInterval: ({ state }: { state: { data?: { pages: readonly unknown[] } | undefined } }) =>
    pollMs() * Math.max(1, state.data?.pages.length ?? 1),
};

/** Reads the overview: health, findings and counts of all Jamf Pro servers. */
export function useOverview() {
  return useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => read<Overview>('/overview', {}, signal),
  });
}

/** How often the forecast is read, milliseconds. The server computes it from the whole fleet and caches it for a minute. */
const FORECAST_MS = 60_000;

/** Reads the forecast for one watched profile. */
export function useForecast(instance: string, profile: string, days: number) {
  return useQuery({
    queryKey: ['forecast', instance, profile, days],
    queryFn: ({ signal }) => read<ForecastAnswer>('/forecast', { instance, profile, days }, signal),
    refetchInterval: FORECAST_MS,
    staleTime: FORECAST_MS,
  });
}

/** Reads all details of one Mac. */
export function useMac(instance: string, id: string) {
  return useQuery({
    queryKey: ['computer', instance, id],
    queryFn: ({ signal }) =>
      read<ComputerDetail>(`/computers/${encodeURIComponent(id)}`, { instance }, signal),
  });
}

/** Reads the redistributions, newest first, one page at a time. */
export function useRedistributions(
  instance: string,
  {
    state = null,
    computerId = null,
    batch = null,
    limit = PAGE,
  }: { state?: State | null; computerId?: string | null; batch?: string | null; limit?: number },
) {
  return useInfiniteQuery({
    queryKey: ['redistributions', instance, state, computerId, batch, limit],
    queryFn: ({ pageParam, signal }) =>
      read<RedistributionPage>(
        '/redistributions',
        { instance, state, computerId, batch, cursor: pageParam, limit },
        signal,
      ),
    ...paging,
    placeholderData: keepPreviousData,
  });
}

/** Reads one redistribution with its history and attempts. */
export function useRedistribution(id: string) {
  return useQuery({
    queryKey: ['redistribution', id],
    queryFn: ({ signal }) =>
      read<RedistributionDetail>(`/redistributions/${encodeURIComponent(id)}`, {}, signal),
  });
}

/** Filter of the audit log. `subject`: serial numbers or redistribution IDs, separated by commas. */
export interface AuditFilter {
  text?: string;
  action?: AuditEntry['action'] | null;
  outcome?: AuditEntry['outcome'] | null;
  subject?: string;
}

/** Reads the entries of the audit log, newest first, one page at a time. */
export function useAudit({ text, action, outcome, subject }: AuditFilter) {
  const filter = { text, action, outcome, subject };
  return useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      read<AuditPage>('/audit', { ...filter, cursor: pageParam, limit: PAGE }, signal),
    ...paging,
    placeholderData: keepPreviousData,
  });
}

/** Requests a preview of a redistribution (dry run), which changes nothing. */
export function usePreview() {
  return useMutation({
    mutationFn: (request: RedistributeRequest) =>
      post<RedistributeAnswer>('/redistributions', { ...request, dryRun: true }),
  });
}

/** Requests the cancellation of a redistribution. The argument of the action is the reason. */
export function useCancel(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      post<RedistributionDetail>(`/redistributions/${encodeURIComponent(id)}/cancel`, { reason }),
    onSettled: () => client.invalidateQueries(),
  });
}

/**
 * Requests a redistribution. Use the same idempotency key for a repeated click or a retry, so the request is
 * executed only once.
 */
export function useRedistribute() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ request, key }: { request: RedistributeRequest; key: string }) =>
      post<RedistributeAnswer>('/redistributions', request, key),
    onSettled: () => client.invalidateQueries(),
  });
}
