import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { isSignedOut, post, read, remove } from './client/request.js';
import type { SignedOut, SignInWays, Who } from './answers.js';

export const whoKey = ['who'] as const;

/** The signed-in user; `null` without a session. */
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
    // No refresh on success: a 401 on any other query ends the session here (query-client.ts).
    refetchInterval: (query) => (query.state.status === 'error' ? 3_000 : false),
    staleTime: Infinity,
  });
}

/** Whether the signed-in user has more than the viewer role. For display only: the API enforces the roles. */
export function useMayAct(): boolean {
  const role = useWho().data?.role;
  return role !== undefined && role !== 'viewer';
}

/** Available sign-in methods, and why the last sign-in failed. Read once: the server returns the failure only once. */
export function useSignInWays() {
  return useQuery({
    queryKey: ['ways'],
    queryFn: ({ signal }) => read<SignInWays>('/session/ways', {}, signal),
    refetchInterval: (query) => (query.state.status === 'error' ? 3_000 : false),
    staleTime: Infinity,
    gcTime: 0,
  });
}

/** Exchanges an API token for the session cookie. */
export function useSignIn() {
  const openSession = useOpenSession();
  return useMutation({
    mutationFn: (token: string) => post<Who>('/session', { token }),
    onSuccess: openSession,
  });
}

/** Exchanges the emergency access password for the session cookie. */
export function useBreakGlass() {
  const openSession = useOpenSession();
  return useMutation({
    mutationFn: (given: { name: string; password: string }) => post<Who>('/session/break-glass', given),
    onSuccess: openSession,
  });
}

/** Link that starts sign-in at the identity provider. The user returns to the current page. */
export function providerLink(path: string): string {
  const here = wantsQueues() ? QUEUES : location.pathname + location.search;
  return `${path}?next=${encodeURIComponent(here)}`;
}

const QUEUES = '/queues';

/**
 * Whether the queue board (outside this application) was requested: the receiver and the provider redirect here with `?next=/queues`. Only
 * a navigation from this page can open the board, because the browser sends the SameSite=Strict cookie only then.
 */
export function wantsQueues(): boolean {
  return new URLSearchParams(location.search).get('next') === QUEUES;
}

/** Opens the queue board. */
export function openQueues(): void {
  location.assign(QUEUES);
}

function useOpenSession(): (who: Who) => void {
  const client = useQueryClient();
  return (who) => {
    // The previous session may have belonged to another user and ended without sign-out.
    removeAnswers(client);
    client.setQueryData(whoKey, who);
  };
}

/** Ends the session and removes all data that was read with it. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => remove<SignedOut>('/session'),
    onSuccess: ({ continueAt }) => {
      // End the session at the provider too: otherwise the next user of this browser is signed in as the previous user.
      if (continueAt !== null) location.assign(continueAt);
    },
    onSettled: () => {
      client.setQueryData(whoKey, null);
      removeAnswers(client);
    },
  });
}

/** Removes all queries except the session: components subscribe to it, and removing a query ends its subscriptions. */
function removeAnswers(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== whoKey[0] });
}
