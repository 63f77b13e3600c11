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
import { post, read } from './ask.js';
import { pollMs } from './poll.js';

const PAGE = 50;

/**
 * A list goes on where the page before ended. All pages that are shown are read again, one after the other: the more there are, the
 * rarer, so that a long list costs no more than a short one.
 */
export const paging = {
  initialPageParam: '',
  getNextPageParam: (page: { next: string | null }) => page.next,
  refetchInterval: ({ state }: { state: { data?: { pages: readonly unknown[] } | undefined } }) =>
    pollMs() * Math.max(1, state.data?.pages.length ?? 1),
};

/** Healthy or not, and the numbers behind it. */
export function useOverview() {
  return useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => read<Overview>('/overview', {}, signal),
  });
}

/** A forecast is made from the whole fleet, and kept for a minute on the other side. */
const FORECAST_MS = 60_000;

/** What is coming for one watched profile. */
export function useForecast(instance: string, profile: string, days: number) {
  return useQuery({
    queryKey: ['forecast', instance, profile, days],
    queryFn: ({ signal }) => read<ForecastAnswer>('/forecast', { instance, profile, days }, signal),
    refetchInterval: FORECAST_MS,
    staleTime: FORECAST_MS,
  });
}

/** Everything that is known of one Mac. */
export function useMac(instance: string, id: string) {
  return useQuery({
    queryKey: ['computer', instance, id],
    queryFn: ({ signal }) =>
      read<ComputerDetail>(`/computers/${encodeURIComponent(id)}`, { instance }, signal),
  });
}

/** Redistributions, newest first, page after page as they are asked for. */
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

/** One redistribution with everything that was seen and done. */
export function useRedistribution(id: string) {
  return useQuery({
    queryKey: ['redistribution', id],
    queryFn: ({ signal }) =>
      read<RedistributionDetail>(`/redistributions/${encodeURIComponent(id)}`, {}, signal),
  });
}

/** What of the audit trail is meant; `subject`: serial numbers, ids of redistributions, with commas. */
export interface AuditFilter {
  text?: string;
  action?: AuditEntry['action'] | null;
  outcome?: AuditEntry['outcome'] | null;
  subject?: string;
}

/** What people did, newest first, page after page as they are asked for. */
export function useAudit({ text, action, outcome, subject }: AuditFilter) {
  const asked = { text, action, outcome, subject };
  return useInfiniteQuery({
    queryKey: ['audit', asked],
    queryFn: ({ pageParam, signal }) =>
      read<AuditPage>('/audit', { ...asked, cursor: pageParam, limit: PAGE }, signal),
    ...paging,
    placeholderData: keepPreviousData,
  });
}

/** What would become of a request to redistribute. Changes nothing. */
export function usePreview() {
  return useMutation({
    mutationFn: (request: RedistributeRequest) =>
      post<RedistributeAnswer>('/redistributions', { ...request, dryRun: true }),
  });
}

/** Asks for the end of a redistribution. */
export function useCancel(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      post<RedistributionDetail>(`/redistributions/${encodeURIComponent(id)}/cancel`, { reason }),
    onSettled: () => client.invalidateQueries(),
  });
}

/** Redistributes. The key belongs to one decision of a person: pressed twice, or sent again after a lost answer, it is done once. */
export function useRedistribute() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ request, key }: { request: RedistributeRequest; key: string }) =>
      post<RedistributeAnswer>('/redistributions', request, key),
    onSettled: () => client.invalidateQueries(),
  });
}
