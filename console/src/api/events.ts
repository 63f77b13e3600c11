import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { EventDetail, EventPage, ReplayAllAnswer, ReplayAllRequest, ReplayAnswer } from './answers.js';
import { post, read } from './ask.js';
import { paging } from './queries.js';

const PAGE = 50;

/** Which webhooks to show. `mac` is an id or a serial number. Instants are epoch milliseconds. */
export interface EventFilter {
  mac: string;
  event: string | null;
  outcome: string | null;
  since: number | null;
  until: number | null;
}

const ID = /^\d{1,12}$/u;

/** The filter as the API has it: what is only digits is an id. */
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

/** The webhooks of late, newest first, page after page as they are asked for. */
export function useEvents(instance: string, filter: EventFilter) {
  return useInfiniteQuery({
    queryKey: ['events', instance, filter],
    queryFn: ({ pageParam, signal }) =>
      read<EventPage>('/events', { instance, ...asked(filter), cursor: pageParam, limit: PAGE }, signal),
    ...paging,
    placeholderData: keepPreviousData,
  });
}

/** One webhook with what was sent. It never changes. */
export function useEvent(instance: string, id: string) {
  return useQuery({
    queryKey: ['event', instance, id],
    queryFn: ({ signal }) => read<EventDetail>(`/events/${id}`, { instance }, signal),
    refetchInterval: false,
    staleTime: Infinity,
  });
}

/** Has one webhook admitted again. */
export function useReplay(instance: string, id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => post<ReplayAnswer>(`/events/${id}/replay`, { reason, instance }),
    onSettled: () => client.invalidateQueries(),
  });
}

/** Has all that match admitted again, or says how many that would be. */
export function useReplayAll(key: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: ReplayAllRequest) =>
      post<ReplayAllAnswer>('/events/replay', request, request.dryRun === true ? undefined : key),
    onSettled: (_answer, _error, { dryRun }) => (dryRun === true ? undefined : client.invalidateQueries()),
  });
}
