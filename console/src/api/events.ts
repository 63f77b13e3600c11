import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { EventDetail, EventPage, ReplayAllAnswer, ReplayAllRequest, ReplayAnswer } from './answers.js';
import { post, read } from './client/request.js';
import { paging } from './queries.js';

const PAGE = 50;

/** Filter of the webhook list. `mac` is a Jamf Pro ID or a serial number. Times are epoch milliseconds. */
export interface EventFilter {
  mac: string;
  event: string | null;
  outcome: string | null;
  since: number | null;
  until: number | null;
}

const ID = /^\d{1,12}$/u;

/** The filter as query parameters of the API. A `mac` of 1–12 digits is a Jamf Pro ID; any other text is a serial number. */
export function asked({ mac, event, outcome, since, until }: EventFilter) {
  const named = mac.trim();
  return {
    ...(ID.test(named) ? { computer: named } : named === '' ? {} : { serialNumber: named }),
    ...(event === null ? {} : { event }),
    ...(outcome === null ? {} : { outcome }),
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
  };
}

/** Received webhooks, newest first, one page at a time. */
export function useEvents(instance: string, filter: EventFilter) {
  return useInfiniteQuery({
    queryKey: ['events', instance, filter],
    queryFn: ({ pageParam, signal }) =>
      read<EventPage>('/events', { instance, ...asked(filter), cursor: pageParam, limit: PAGE }, signal),
    ...paging,
    placeholderData: keepPreviousData,
  });
}

/** One webhook with its body. Cached without refresh: it never changes. */
export function useEvent(instance: string, id: string) {
  return useQuery({
    queryKey: ['event', instance, id],
    queryFn: ({ signal }) => read<EventDetail>(`/events/${id}`, { instance }, signal),
    refetchInterval: false,
    staleTime: Infinity,
  });
}

/** Replays one webhook. */
export function useReplay(instance: string, id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => post<ReplayAnswer>(`/events/${id}/replay`, { reason, instance }),
    onSettled: () => client.invalidateQueries(),
  });
}

/** Replays all matching webhooks; with `dryRun`, only counts them. */
export function useReplayAll(key: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: ReplayAllRequest) =>
      post<ReplayAllAnswer>('/events/replay', request, request.dryRun === true ? undefined : key),
    onSettled: (_answer, _error, { dryRun }) => (dryRun === true ? undefined : client.invalidateQueries()),
  });
}
