import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem, isSignedOut } from './ask.js';
import { POLL_MS, pollMs } from './poll.js';
import { whoKey } from './session.js';

const TRIES = 2;

/** The cache of answers. Whatever is told that nobody is signed in leads to the sign-in page, whichever page is open. */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (isSignedOut(error) && query.queryKey[0] !== whoKey[0]) client.setQueryData(whoKey, null);
      },
    }),
    defaultOptions: {
      queries: {
        refetchInterval: pollMs,
        staleTime: POLL_MS / 2,
        retry: (failures, error) => failures < TRIES && isWorthRetrying(error),
      },
    },
  });
  return client;
}

/** No answer, and what is wrong on the other side; a refusal stays one. */
function isWorthRetrying(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status >= 500);
}
