import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { isSignedOut, post, read, remove } from './ask.js';
import type { Who } from './answers.js';

export const whoKey = ['who'] as const;

/** Who is signed in; `null` when nobody is. */
export function useWho() {
  return useQuery({
    queryKey: whoKey,
    queryFn: async ({ signal }) => {
      try {
        return await read<Who>('/session', {}, signal);
      } catch (error) {
        if (isSignedOut(error)) return null;
        throw error;
      }
    },
    // The pages notice by themselves when the session has ended.
    refetchInterval: (query) => (query.state.status === 'error' ? 3_000 : false),
    staleTime: Infinity,
  });
}

/** Whether who is signed in may do more than look. The API decides; this only spares a refusal. */
export function useMayAct(): boolean {
  const role = useWho().data?.role;
  return role !== undefined && role !== 'viewer';
}

/** Exchanges an API token for the session cookie. */
export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (token: string) => post<Who>('/session', { token }),
    onSuccess: (who) => {
      // Who opened the queue board was sent here by the receiver and goes back there: the only place that is not a page of ours.
      if (new URLSearchParams(location.search).get('next') === '/queues') location.assign('/queues');
      else {
        // The session before may have ended without signing out, and may have been somebody else's.
        forgetAnswers(client);
        client.setQueryData(whoKey, who);
      }
    },
  });
}

/** Ends the session and forgets everything that was read with it. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => remove<unknown>('/session'),
    onSettled: () => {
      client.setQueryData(whoKey, null);
      forgetAnswers(client);
    },
  });
}

/** Everything that was read, but who is signed in: the page watches that, and a query that is removed is watched no more. */
function forgetAnswers(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== whoKey[0] });
}
