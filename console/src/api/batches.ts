import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Batch, BatchPage } from './answers.js';
import { post, read } from './ask.js';
import { pollMs } from './poll.js';
import { paging } from './queries.js';

/** How often one is read again while it is worked on. */
const WORKING_MS = 1_000;
/** The list stands above another one: it is short until somebody asks for more. */
const PAGE = 4;

/** Requests for many Macs, newest first, page after page as they are asked for. */
export function useBatches(instance: string) {
  return useInfiniteQuery({
    queryKey: ['batches', instance],
    queryFn: ({ pageParam, signal }) =>
      read<BatchPage>('/batches', { instance, cursor: pageParam, limit: PAGE }, signal),
    ...paging,
  });
}

/** One request for many, and how far it is. */
export function useBatch(id: string) {
  return useQuery({
    queryKey: ['batch', id],
    queryFn: ({ signal }) => read<Batch>(`/batches/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: ({ state: { data } }) => (data && isWorkedOn(data) ? WORKING_MS : pollMs()),
  });
}

/** Whether Macs are still to be opened, or what was opened is being cancelled. */
function isWorkedOn({ state }: Pick<Batch, 'state'>): boolean {
  return state === 'opening' || state === 'cancelling';
}

/** Asks for the end of a request for many; `opened`: also of what it has opened. */
export function useCancelBatch(id: string, { opened }: { opened: boolean }) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      post<Batch>(`/batches/${encodeURIComponent(id)}/cancel`, { reason, opened }),
    onSettled: () => client.invalidateQueries(),
  });
}
