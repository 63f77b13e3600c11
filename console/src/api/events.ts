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

/** Filter of the list of webhooks. `mac` is a Jamf Pro ID or a serial number. Times are epoch milliseconds. */
export interface EventFilter {
  mac: string;
  event: string | null;
  outcome: string | null;
  since: number | null;
  until: number | null;
}

const ID = /^\d{1,12}$/u;

/**
 * Converts the filter to query parameters of the API. If `mac` has 1 to 12 digits, it is a Jamf Pro ID; any other
 * text is a serial number.
 */
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

/** Reads the received webhooks, newest first, one page at a time. */
export function useEvents(instance: string, filter: EventFilter) {
  return useInfiniteQuery({
    queryKey: ['events', instance, filter],
    queryFn: ({ pageParam, signal }) =>
      read<EventPage>('/events', { instance, ...asked(filter), cursor: pageParam, limit: PAGE }, signal),
    ...paging,
    placeholderData: keepPreviousData,
  });
}

/** Reads one received webhook with its body. A webhook never changes, so the query runs only once. */
export function useEvent(instance: string, id: string) {
  return useQuery({
    queryKey: ['event', instance, id],
    queryFn: ({ signal }) => read<EventDetail>(`/events/${id}`, { instance }, signal),
    refetchInterval: false,
    staleTime: Infinity,
  });
}

/** Replays one received webhook. The argument of the action is the reason. */
export function useReplay(instance: string, id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => post<ReplayAnswer>(`/events/${id}/replay`, { reason, instance }),
    onSettled: () => client.invalidateQueries(),
  });
}

/** Replays all webhooks that match a filter. With `dryRun`, only counts them. */
export function useReplayAll(key: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: ReplayAllRequest) =>
      post<ReplayAllAnswer>('/events/replay', request, request.dryRun === true ? undefined : key),
    onSettled: (_answer, _error, { dryRun }) => (dryRun === true ? undefined : client.invalidateQueries()),
  });
}
