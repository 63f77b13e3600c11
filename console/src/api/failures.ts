import { useQuery } from '@tanstack/react-query';
import type { FailuresAnswer } from './answers.js';
import { read } from './ask.js';

/** It looks through all that failed: not as often as the rest. */
const LOOK_MS = 5_000;

/** What failed and what is blocked, by cause. */
export function useFailures(instance: string) {
  return useQuery({
    queryKey: ['failures', instance],
    queryFn: ({ signal }) => read<FailuresAnswer>('/failures', { instance }, signal),
    refetchInterval: LOOK_MS,
  });
}
