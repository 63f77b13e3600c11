import { useQuery } from '@tanstack/react-query';
import type { FailuresAnswer } from './answers.js';
import { read } from './client/request.js';

/**
 * How often failures are read, milliseconds. The interval is longer than for other data, because the server reads
 * all failed redistributions for each response.
 */
const REFRESH_MS = 5_000;

/** Reads the failed and blocked redistributions, grouped by cause. */
export function useFailures(instance: string) {
  return useQuery({
    queryKey: ['failures', instance],
    queryFn: ({ signal }) => read<FailuresAnswer>('/failures', { instance }, signal),
    refetchInterval: REFRESH_MS,
  });
}
