import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { isSignedOut, post, read, remove } from './client/request.js';
import type { SignedOut, SignInWays, Who } from './answers.js';

export const whoKey = ['who'] as const;

/** Reads the signed-in user; `null` without a session. */
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
    // The query is repeated only after an error. When the session ends, another query receives the status 401 and
    // the console shows the sign-in page (query-client.ts).
    refetchInterval: (query) => (query.state.status === 'error' ? 3_000 : false),
    staleTime: Infinity,
  });
}

/**
 * Whether the signed-in user has a higher role than viewer. The result only determines what the console shows,
 * because the API enforces the roles.
 */
export function useMayAct(): boolean {
  const role = useWho().data?.role;
  return role !== undefined && role !== 'viewer';
}

/**
 * Reads the available sign-in methods, and why the last sign-in failed. The query runs only once, because the server
 * returns the reason of the failure only once.
 */
export function useSignInWays() {
  return useQuery({
    queryKey: ['ways'],
    queryFn: ({ signal }) => read<SignInWays>('/session/ways', {}, signal),
    refetchInterval: (query) => (query.state.status === 'error' ? 3_000 : false),
    staleTime: Infinity,
    gcTime: 0,
  });
}

/** Signs in with an API token: the server returns a session cookie. */
export function useSignIn() {
  const openSession = useOpenSession();
  return useMutation({
    mutationFn: (token: string) => post<Who>('/session', { token }),
    onSuccess: openSession,
  });
}

/** Signs in with the emergency access password: the server returns a session cookie. */
export function useBreakGlass() {
  const openSession = useOpenSession();
  return useMutation({
    mutationFn: (given: { name: string; password: string }) => post<Who>('/session/break-glass', given),
    onSuccess: openSession,
  });
}

/** Returns the link that starts the sign-in at the identity provider. Afterwards, the user returns to the current page. */
export function providerLink(path: string): string {
  const here = wantsQueues() ? QUEUES : location.pathname + location.search;
  return `${path}?next=${encodeURIComponent(here)}`;
}

const QUEUES = '/queues';

/**
 * Whether the user wants to open the queue board, which is not part of the console application. In that case, the
 * receiver and the identity provider redirect to the console with `?next=/queues`. The board must be opened from a
 * page of the console, because only then the browser sends the SameSite=Strict cookie.
 */
export function wantsQueues(): boolean {
  return new URLSearchParams(location.search).get('next') === QUEUES;
}

/** Leaves the console and opens the queue board. */
export function openQueues(): void {
  location.assign(QUEUES);
}

function useOpenSession(): (who: Who) => void {
  const client = useQueryClient();
  return (who) => {
    // All data is removed, because the previous session may have belonged to another user and may have ended
    // without a sign-out.
    removeAnswers(client);
    client.setQueryData(whoKey, who);
  };
}

/** Ends the session, or with `everywhere` all sessions of the user, and removes all data that was read with it. */
export function useSignOut({ everywhere = false } = {}) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => remove<Pick<SignedOut, 'continueAt'>>(everywhere ? '/sessions' : '/session'),
    onSuccess: ({ continueAt }) => {
      // The session at the identity provider must also end. Otherwise the next user of this browser would be
      // signed in as the previous user.
      if (continueAt !== null) location.assign(continueAt);
    },
    onSettled: () => {
      client.setQueryData(whoKey, null);
      removeAnswers(client);
    },
  });
}

/**
 * Removes the data of all queries except the session. Components subscribe to the session, and removing its query
 * would end the subscriptions.
 */
function removeAnswers(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== whoKey[0] });
}
