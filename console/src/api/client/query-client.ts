import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem, isSignedOut } from './request.js';
import { POLL_MS, pollMs } from './poll.js';
import { whoKey } from '../session.js';

const MAX_RETRIES = 2;

/** Creates the query cache. A 401 response to any query leads to the sign-in page. */
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

/** Retries requests without a response and server errors (5xx). A refusal (4xx) is final. */
function isWorthRetrying(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status >= 500);
}
