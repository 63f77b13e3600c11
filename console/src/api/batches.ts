import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Batch, BatchPage } from './answers.js';
import { post, read } from './client/request.js';
import { pollMs } from './client/poll.js';
import { paging } from './queries.js';

/** How often a batch is read while it is being processed, milliseconds. */
const IN_PROGRESS_MS = 1_000;
/** Number of batches per page. The number is small, because the list of redistributions follows below the batches. */
const PAGE = 4;

/** Reads the batches of a Jamf Pro server, newest first, one page at a time. */
export function useBatches(instance: string) {
  return useInfiniteQuery({
    queryKey: ['batches', instance],
    queryFn: ({ pageParam, signal }) =>
      read<BatchPage>('/batches', { instance, cursor: pageParam, limit: PAGE }, signal),
    ...paging,
  });
}

/** Reads one batch with its progress. */
export function useBatch(id: string) {
  return useQuery({
    queryKey: ['batch', id],
    queryFn: ({ signal }) => read<Batch>(`/batches/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: ({ state: { data } }) => (data && isInProgress(data) ? IN_PROGRESS_MS : pollMs()),
  });
}

/** Whether redistributions of the batch are still being opened or canceled. */
function isInProgress({ state }: Pick<Batch, 'state'>): boolean {
  return state === 'opening' || state === 'cancelling';
}

/** Cancels a batch. With `opened`, also cancels the redistributions that the batch has opened. */
export function useCancelBatch(id: string, { opened }: { opened: boolean }) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      post<Batch>(`/batches/${encodeURIComponent(id)}/cancel`, { reason, opened }),
    onSettled: () => client.invalidateQueries(),
  });
}
