import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem, isSignedOut } from './request.js';
import { POLL_MS, pollMs } from './poll.js';
import { whoKey } from '../session.js';

const MAX_RETRIES = 2;

/** Creates the cache of API queries. If any query receives the status 401, the user is taken to the sign-in page. */
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
        retry: (failures, error) => failures < MAX_RETRIES && isWorthRetrying(error),
      },
    },
  });
  return client;
}

/**
 * Whether a failed query is repeated: requests without a response and server errors (5xx) are, refused requests
 * (4xx) are not.
 */
function isWorthRetrying(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status >= 500);
}
